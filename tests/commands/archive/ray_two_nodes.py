"""Scores on a Ray cluster of two nodes of this machine, of which one goes down in the middle.

    python ray_two_nodes.py JOB_JSON SHARDS

Prints how many shards were done before, and how many nodes are left.
"""

import os
import sys
import time

os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}

import ray
from ray.cluster_utils import Cluster

from twelvelead.commands.archive.job import Job
from twelvelead.commands.archive.on_ray import run_on_ray

NOTICED_S = 120


def two_nodes() -> tuple[Cluster, object]:
    """A cluster and its second node; on a very busy machine a node may not be up within Ray's half minute."""
    room = {"num_cpus": 1, "object_store_memory": 80 * 2**20, "include_dashboard": False}
    for _ in range(4):
        # 127.0.0.1 would be taken for the machine's own address, on which nobody listens.
        cluster = Cluster()
        try:
            cluster.add_node(node_ip_address="127.0.0.2", **room)
            return cluster, cluster.add_node(node_ip_address="127.0.0.3", **room)
        except Exception as error:
            print(error, file=sys.stderr)
            cluster.shutdown()
    sys.exit("no cluster")


def nodes_left(wanted: int) -> int:
    """How many nodes are up; Ray takes some seconds to notice that one is not."""
    end = time.monotonic() + NOTICED_S
    while (up := sum(node["Alive"] for node in ray.nodes())) > wanted and time.monotonic() < end:
        time.sleep(0.2)
    return up


def main(job: Job, shards: int) -> None:
    cluster, other = two_nodes()
    ray.init(address=cluster.address, _node_ip_address="127.0.0.2", log_to_driver=False)
    try:
        events = run_on_ray(job, iter(range(shards)), 0, None)
        next(events)
        cluster.remove_node(other, allow_graceful=False)
        after = sum(1 for _ in events)
        print(f"done before: {shards - after}, nodes left: {nodes_left(1)}", flush=True)
    finally:
        ray.shutdown()
        cluster.shutdown()


if __name__ == "__main__":
    main(Job.from_json(sys.argv[1]), int(sys.argv[2]))
