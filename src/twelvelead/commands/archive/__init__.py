"""Scoring of archives: millions of ECGs in, a folder of Parquet files out, by all cores of a machine or a Ray cluster.

    score.py    source, plan, engine, totals
    source.py   the ECGs that are meant
    folder.py   the folder for the results
    plan.py     what is to be scored, in shards, written once
    shard.py    one shard: read, predicted, written; the same for every engine
    local.py    all cores of this machine
    on_ray.py   a Ray cluster
    tally.py    what is done

A shard is finished when its manifest lies in `done`, which is written last. Whatever is interrupted before is done
anew, so that nothing is lost and nothing is there twice.
"""
