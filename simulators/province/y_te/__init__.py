"""The health gateway: visits as XML of QĐ 130/QĐ-BYT in base64 envelopes, and planned beds."""
