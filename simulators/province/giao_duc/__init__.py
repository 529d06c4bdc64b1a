"""The education sector's database: a site from which export files are downloaded."""
