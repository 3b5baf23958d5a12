"""Driving licences."""
