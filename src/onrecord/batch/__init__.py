"""Many reports: in this process, in several, or on a cluster; stopped at any point, a rerun does what is missing.

inputs -> groups of files -> segments, named by the hash of content and settings -> batches of readings
       -> the ledger, with how far each segment was taken in; or shards (Parquet), and from there the ledger
"""
