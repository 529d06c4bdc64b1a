"""Monitoring stations: files of TT 10/2021 on an SFTP server."""
