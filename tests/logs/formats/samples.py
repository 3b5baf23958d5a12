"""A line or two of every vendor, with what they yield, by hand.

Addresses are from 100.64.0.0/10 (inside), RFC 5737 (outside, destinations) and RFC 3849; names are made up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from sekisho.logs.events import Action

START, STOP, INTERIM, WHOLE = Action.START, Action.STOP, Action.INTERIM, Action.WHOLE


def micros(text: str) -> int:
    """An RFC 3339 time as UTC microseconds."""
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds().__round__() * 1_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """A line of a format and its events: action, time, inside, address, ports, protocol, and whatever else there is."""

    vendor: str
    line: str
    events: tuple[tuple[Action, str, str, str, tuple[int, int], int], ...]
    more: dict[str, Any] = field(default_factory=dict)


_PBA = (
    '<14>1 2026-11-23T09:15:04.251Z mx1 RT_NAT - RT_SRC_NAT_PBA_{0} [internal-ip="100.64.10.10" block-used="1" '
    'block-max-per-host="4" block-port-low="48640" block-port-high="48895" reflexive-ip="192.0.2.172" '
    'nat-pool-name="guest" logical-system-id="0" epoch-time-64="{1:x}"]'
)
_NINE: Final = micros("2026-11-23T09:15:04+00:00") // 1_000_000
_BLOCK = ("100.64.10.10", "192.0.2.172", (48640, 48895))
_SESSION = (
    "src=100.64.0.5 dst=203.0.113.80 sport=5646 dport=443 {0}src=203.0.113.80 dst=192.0.2.1 sport=443 dport=40646{1}"
)
_HEADER = "<134>Nov 23 18:15:04 gw1 "
_AT = "2026-11-23T09:15:04+00:00"

SAMPLES: Final = (
    Sample("juniper_pba", _PBA.format("ALLOC", _NINE), ((START, _AT, *_BLOCK, 0),)),
    Sample("juniper_pba", _PBA.format("INTERIM", _NINE), ((INTERIM, _AT, *_BLOCK, 0),)),
    Sample("juniper_pba", _PBA.format("RELEASE", _NINE), ((STOP, _AT, *_BLOCK, 0),)),
    Sample(
        "juniper_pba",
        _PBA.format("ALLOC", _NINE).replace("[internal", "[junos@2636.1.1.1.2.137 internal"),
        ((START, _AT, *_BLOCK, 0),),
    ),
    Sample(
        "juniper_pba",
        _HEADER + "RT_NAT: RT_SRC_NAT_PBA_RELEASE: Subscriber 100.64.10.10 used/maximum [1/8] blocks, releases port "
        "block [1024-1279] from 192.0.2.1 in source pool pool1 lsys_id: 0",
        ((STOP, _AT, "100.64.10.10", "192.0.2.1", (1024, 1279), 0),),
    ),
    Sample(
        "juniper_softwire",
        "Nov 23 02:15:06  graphite (FPC Slot 2, PIC Slot 0) 2026-11-23 18:15:04 [FWNAT]:ASP_NAT_PORT_BLOCK_ALLOC: "
        "2001:db8:0:0:0:0:0:1 -> 192.0.2.3:1050-1099",
        ((START, _AT, "2001:db8::1", "192.0.2.3", (1050, 1099), 0),),
        {"logged": "2026-11-22T17:15:06+00:00"},
    ),
    Sample(
        "juniper_softwire",
        _HEADER + "{sset1}[FWNAT]: JSERVICES_NAT_PORT_BLOCK_RELEASE: 100.64.0.9 -> 192.0.2.3:1100-1149 0x6a1b",
        ((STOP, _AT, "100.64.0.9", "192.0.2.3", (1100, 1149), 0),),
    ),
    Sample(
        "cisco_xr",
        "<134>1 2026 Nov 23 18:15:04 cgn1 - - NAT44 - [UserbasedA - 100.64.0.1 red - 192.0.2.1 - 2048 3071 - -]"
        "[UserbasedW - 100.64.0.2 blue - 192.0.2.1 - 4096 5119 - -]",
        (
            (START, _AT, "100.64.0.1", "192.0.2.1", (2048, 3071), 0),
            (STOP, _AT, "100.64.0.2", "192.0.2.1", (4096, 5119), 0),
        ),
        {"reference": ("red", "blue")},
    ),
    Sample(
        "cisco_xr",
        "<134>1 2026 Nov 23 18:15:04 cgn1 - - DSLITE - [UserbasedA - - red 2001:db8::5 192.0.2.9 - 1024 2047 - -]",
        ((START, _AT, "2001:db8::5", "192.0.2.9", (1024, 2047), 0),),
    ),
    Sample(
        "cisco_xr",
        "<134>1 2026 Nov 23 18:15:04 cgn1 - - NAT44 - "
        "[SessionbasedAD UDP 100.64.0.1 red - 192.0.2.1 5000 2049 - 203.0.113.9 53]",
        ((START, _AT, "100.64.0.1", "192.0.2.1", (2049, 2049), 17),),
        {"destination": "203.0.113.9", "destination_port": 53},
    ),
    Sample(
        "cisco_xr",
        "<134>1 2026 Nov 23 18:15:04 cgn1 - - NAT44 - [SessionbasedW TCP 100.64.0.1 red - 192.0.2.1 5000 2049 - - -]",
        ((STOP, _AT, "100.64.0.1", "192.0.2.1", (2049, 2049), 6),),
    ),
    Sample(
        "a10_ascii",
        _HEADER + "NAT-TCP-C: 100.64.1.5:40000<->198.51.100.7:443,203.0.113.9:40001<-->198.51.100.7:443",
        ((START, _AT, "100.64.1.5", "203.0.113.9", (40001, 40001), 6),),
        {"destination": "198.51.100.7", "destination_port": 443},
    ),
    Sample(
        "a10_ascii",
        _HEADER + "NAT-UDP-F: 100.64.1.5:40000<-->203.0.113.9:40001 to 198.51.100.7:53",
        ((STOP, _AT, "100.64.1.5", "203.0.113.9", (40001, 40001), 17),),
    ),
    Sample(
        "a10_ascii",
        _HEADER + "FIXED-NAT-PORTS 100.64.10.172->203.0.113.173:3000-4000",
        ((START, _AT, "100.64.10.172", "203.0.113.173", (3000, 4000), 0),),
    ),
    Sample(
        "a10_cef",
        _HEADER + "CEF:0|A10|CFW|6.0.0-P1|CGN 106|Nat Port Batch Pool Allocated|5|proto=UDP src=100.65.140.73 "
        "sourceTranslatedAddress=203.0.113.12 sourceTranslatedPort=22016 cn3=22271 cn3Label=Last Nat Port",
        ((START, _AT, "100.65.140.73", "203.0.113.12", (22016, 22271), 17),),
    ),
    Sample(
        "a10_cef",
        _HEADER + "CEF:0|A10|CFW|6.0.0-P1|CGN 101|Nat Port Freed|5|proto=TCP src=100.65.140.73 spt=1234 "
        "sourceTranslatedAddress=203.0.113.12 sourceTranslatedPort=22016",
        ((STOP, _AT, "100.65.140.73", "203.0.113.12", (22016, 22016), 6),),
    ),
    Sample(
        "f5_lsn",
        _HEADER + "LSN_ADD 100.64.23.122%3:51234 6 198.51.100.34%0:51999 203.0.113.80 443",
        ((START, _AT, "100.64.23.122", "198.51.100.34", (51999, 51999), 6),),
        {"reference": ("3",), "destination": "203.0.113.80", "destination_port": 443},
    ),
    Sample(
        "f5_lsn",
        _HEADER + "LSN_INBOUND_DELETE 100.64.23.122%0:51234 17 198.51.100.34%0:51999 203.0.113.80 53",
        ((STOP, _AT, "100.64.23.122", "198.51.100.34", (51999, 51999), 17),),
    ),
    Sample(
        "nfware",
        _HEADER + "nfware: A VRF 7 INT 100.64.0.1 EXT 192.0.2.1:1024-1535",
        ((START, _AT, "100.64.0.1", "192.0.2.1", (1024, 1535), 0),),
        {"reference": ("7",)},
    ),
    Sample(
        "nfware",
        _HEADER + "nfware: D VRF 0 6 INT 100.64.0.1:57938 EXT 192.0.2.1:28475 DST 203.0.113.206:443 DIR OUT",
        ((STOP, _AT, "100.64.0.1", "192.0.2.1", (28475, 28475), 6),),
        {"destination": "203.0.113.206", "destination_port": 443},
    ),
    Sample(
        "nfware",
        _HEADER + "nfware: A VRF 0 17 INT 100.64.0.1:57938 EXT 192.0.2.1:28475",
        ((START, _AT, "100.64.0.1", "192.0.2.1", (28475, 28475), 17),),
    ),
    Sample(
        "nfware",
        _HEADER + "nfware: A VRF 0 INT 100.64.0.1 EXT 192.0.2.1",
        ((START, _AT, "100.64.0.1", "192.0.2.1", (0, 65535), 0),),
    ),
    Sample(
        "sixwind",
        _HEADER + 'fp-cgnat[4269]: USER 100.64.0.1 (matching rule 1): NEW BLOCK (pool "mypool", ip public 192.0.2.33, '
        "proto 6, port 1 - 512)",
        ((START, _AT, "100.64.0.1", "192.0.2.33", (1, 512), 6),),
    ),
    Sample(
        "mikrotik",
        _HEADER + "firewall,info srcnat: in:<pppoe-b162> out:1sfp-WAN, connection-state:new,snat proto TCP (SYN), "
        "100.64.0.10:54124->198.51.100.37:21001, NAT (100.64.0.10:54124->203.0.113.10:54125)->198.51.100.37:21001, "
        "len 60",
        ((START, _AT, "100.64.0.10", "203.0.113.10", (54125, 54125), 6),),
        {"subject": ("b162",), "destination": "198.51.100.37", "destination_port": 21001},
    ),
    Sample(
        "mikrotik",
        _HEADER + "firewall,info srcnat: in:<pppoe-b162> out:1sfp-WAN, proto ICMP (type 8, code 0), "
        "100.64.0.10->198.51.100.37, NAT (100.64.0.10->203.0.113.10)->198.51.100.37, len 84",
        ((START, _AT, "100.64.0.10", "203.0.113.10", (0, 65535), 1),),
        {"subject": ("b162",)},
    ),
    Sample(
        "conntrack",
        f"[{_NINE}.250000]\t    [NEW] tcp      6 120 SYN_SENT " + _SESSION.format("[UNREPLIED] ", ""),
        ((START, "2026-11-23T09:15:04.250000+00:00", "100.64.0.5", "192.0.2.1", (40646, 40646), 6),),
        {"destination": "203.0.113.80", "destination_port": 443},
    ),
    Sample(
        "conntrack",
        _HEADER + "conntrack: [DESTROY] tcp      6 " + _SESSION.format("packets=1 bytes=60 ", " packets=1 [ASSURED]"),
        ((STOP, _AT, "100.64.0.5", "192.0.2.1", (40646, 40646), 6),),
    ),
    Sample(
        "conntrack",
        f"[{_NINE}]\t [NEW] icmp     1 30 src=100.64.0.5 dst=203.0.113.80 type=8 code=0 id=77 [UNREPLIED] "
        "src=203.0.113.80 dst=192.0.2.1 type=0 code=0 id=78",
        ((START, _AT, "100.64.0.5", "192.0.2.1", (78, 78), 1),),
    ),
    Sample(
        "fortinet",
        "Nov 23 23:29:33 100.64.255.1 date=2026-11-23 time=18:15:04 sn=F2K61 vd=cgn-hw1 pid=805306369 type=sess "
        "act=end tran=snat proto=6 ipold=v4 ipnew=v4 sip=100.64.100.11 dip=203.0.113.155 sport=40836 dport=80 "
        "nsip=192.0.2.182 ndip=203.0.113.155 nsport=8117 ndport=80 dur=3000 sentp=6 sentb=398",
        ((STOP, _AT, "100.64.100.11", "192.0.2.182", (8117, 8117), 6),),
        {"start": "2026-11-23T09:15:01+00:00", "logged": "2026-11-23T14:29:33+00:00"},
    ),
    Sample(
        "fortinet",
        f'date=2026-11-23 time=18:15:04 devname="fg1" devid="FG1" eventtime={_NINE}000000000 tz="+0900" '
        'logid="0100022013" type="event" subtype="system" level="notice" vd="root" logdesc="Deallocate IP pool PBA" '
        'saddr=100.64.100.11 nat=192.0.2.182 portbegin=5117 portend=5180 poolname="p1" duration=60 msg="x"',
        ((STOP, _AT, "100.64.100.11", "192.0.2.182", (5117, 5180), 0),),
        {"start": "2026-11-23T09:14:04+00:00"},
    ),
    Sample(
        "fortinet",
        f'date=2026-11-23 time=18:15:04 devname="fg1" devid="FG1" eventtime={_NINE}000000000 tz="+0900" '
        'logid="0000000013" type="traffic" subtype="forward" srcip=100.64.100.11 srcport=4000 srcintf="a" '
        'dstip=203.0.113.155 dstport=443 dstintf="b" proto=6 action="close" policyid=1 trandisp="snat" '
        "transip=192.0.2.182 transport=50001 duration=120 sentbyte=1",
        ((WHOLE, _AT, "100.64.100.11", "192.0.2.182", (50001, 50001), 6),),
        {"start": "2026-11-23T09:13:04+00:00"},
    ),
    *(
        Sample(
            "a10_ascii",
            _HEADER + f"NAT-{name}-D: 100.64.1.5:7<->198.51.100.7:8,203.0.113.9:9<-->198.51.100.7:8",
            ((STOP, _AT, "100.64.1.5", "203.0.113.9", (9, 9), number),),
            {"destination": "198.51.100.7", "destination_port": 8},
        )
        for name, number in (("UDP", 17), ("ICMP", 1))
    ),
    *(
        Sample(
            "a10_ascii",
            _HEADER + f"NAT-{name}-C: 100.64.1.5:7<-->203.0.113.9:9",
            ((START, _AT, "100.64.1.5", "203.0.113.9", (9, 9), number),),
        )
        for name, number in (("TCP", 6), ("ICMP", 1))
    ),
    Sample(
        "nfware",
        _HEADER + "nfware: A VRF 0 6 INT 100.64.0.1:57938 EXT 192.0.2.1:28475 DST 203.0.113.206:443 DIR IN",
        ((START, _AT, "100.64.0.1", "192.0.2.1", (28475, 28475), 6),),
    ),
    Sample(
        "nfware",
        _HEADER + "nfware: D VRF 0 17 INT 100.64.0.1:57938 EXT 192.0.2.1:28475",
        ((STOP, _AT, "100.64.0.1", "192.0.2.1", (28475, 28475), 17),),
    ),
    Sample(
        "nfware",
        _HEADER + "nfware: D VRF 7 INT 100.64.0.1 EXT 192.0.2.1:1024-1535",
        ((STOP, _AT, "100.64.0.1", "192.0.2.1", (1024, 1535), 0),),
    ),
    Sample(
        "nfware",
        _HEADER + "nfware: D VRF 0 INT 100.64.0.1 EXT 192.0.2.1",
        ((STOP, _AT, "100.64.0.1", "192.0.2.1", (0, 65535), 0),),
    ),
    Sample(
        "cisco_xr",
        "<134>1 2026 Nov 23 18:15:04 cgn1 - - DSLITE - "
        "[SessionbasedA 6 - red 2001:db8::5 192.0.2.9 4000 1024 - - -]",
        ((START, _AT, "2001:db8::5", "192.0.2.9", (1024, 1024), 6),),
    ),
    Sample(
        "conntrack",
        _HEADER + "conntrack: [NEW] udp      17 30 " + _SESSION.format("[UNREPLIED] ", ""),
        ((START, _AT, "100.64.0.5", "192.0.2.1", (40646, 40646), 17),),
    ),
    Sample(
        "conntrack",
        _HEADER + "conntrack: [UPDATE] tcp      6 60 SYN_RECV " + _SESSION.format("", ""),
        ((INTERIM, _AT, "100.64.0.5", "192.0.2.1", (40646, 40646), 6),),
    ),
    Sample(
        "mikrotik",
        _HEADER + "firewall,info srcnat: in:vlan7 out:1sfp-WAN, connection-state:new src-mac 00:00:5e:00:53:01, "
        "proto UDP, 100.64.0.10:5000->198.51.100.37:53, NAT (100.64.0.10:5000->203.0.113.10:5001)->198.51.100.37:53, "
        "len 60",
        ((START, _AT, "100.64.0.10", "203.0.113.10", (5001, 5001), 17),),
    ),
    Sample(
        "fortinet",
        "Nov 23 23:29:33 100.64.255.1 date=2026-11-23 time=18:15:04 sn=F2K61 vd=cgn-hw1 pid=805306369 type=sess "
        "act=start tran=snat proto=17 ipold=v4 ipnew=v4 sip=100.64.100.11 dip=203.0.113.155 sport=40836 dport=53 "
        "nsip=192.0.2.182 ndip=203.0.113.155 nsport=8117 ndport=53 sentp=0 sentb=0",
        ((START, _AT, "100.64.100.11", "192.0.2.182", (8117, 8117), 17),),
    ),
    Sample(
        "fortinet",
        f'date=2026-11-23 time=18:15:04 devname="fg1" devid="FG1" eventtime={_NINE}000000000 tz="+0900" '
        'logid="0100022012" type="event" subtype="system" level="notice" vd="root" logdesc="Create IP pool PBA" '
        'saddr=100.64.100.11 nat=192.0.2.182 portbegin=5117 portend=5180 poolname="p1" msg="x"',
        ((START, _AT, "100.64.100.11", "192.0.2.182", (5117, 5180), 0),),
    ),
    Sample(
        "citrix_compact",
        _HEADER + "0:A&PDMC|C-100.64.1.1:6500:0|N-192.0.2.9:51066|D-203.0.113.2:80:0|T",
        ((START, _AT, "100.64.1.1", "192.0.2.9", (51066, 51066), 6),),
        {"destination": "203.0.113.2", "destination_port": 80},
    ),
)
"""Every sample; every template of every vendor has at least one line in the tests."""

LISTED: Final = (
    b"tcp      6 43184 ESTABLISHED src=100.64.2.5 dst=203.0.113.80 sport=5646 dport=443 src=203.0.113.80 "
    b"dst=192.0.2.1 sport=443 dport=5646 [ASSURED]"
)
"""A line of ``conntrack -L``, which has no time."""
