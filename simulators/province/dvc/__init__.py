"""The public-service portal: dossiers, their progress, procedures and the statistics of QĐ 766."""
