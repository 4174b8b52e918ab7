"""Which faults a run strikes, and in which order."""

import functools

import broker_faults as brokers
import replica_faults as replicas

# Without these a run shows nothing of what it is for.
ALWAYS = (brokers.a_leading_broker_is_killed, replicas.frames_are_late_lost_and_doubled)
# So many more, in a run that strikes only some: with the longest of them it takes some 200 s.
SOME = 7


def one_of_each(run):
    """(name, fault) of each that can be struck here."""
    faults = [
        *ALWAYS,
        *(functools.partial(brokers.a_broker_hangs, seconds=seconds) for seconds in (1, 3, 8, 40)),
        brokers.two_brokers_are_killed,
        replicas.a_replica_is_killed,
        functools.partial(replicas.a_replica_sleeps_in_mid_record, seconds=30),
        replicas.a_replica_is_cut_off,
        replicas.a_replicas_network_flaps,
        replicas.a_clock_jumps,
        replicas.clocks_differ,
    ]
    if run.broker_network:
        faults += [
            brokers.brokers_are_cut_from_each_other,
            brokers.the_network_of_brokers_flaps,
            brokers.a_brokers_network_is_slow,
            replicas.a_replicas_network_is_slow,
        ]
    if run.disk:
        faults.append(brokers.a_brokers_disk_is_full)
    run.dice.shuffle(faults)
    return [(_name(fault), fault) for fault in faults]


def some(run):
    """The same of as many as a short run has time for."""
    faults = one_of_each(run)
    always = [fault for fault in faults if fault[1] in ALWAYS]
    others = [fault for fault in faults if fault[1] not in ALWAYS][:SOME]
    chosen = always + others
    run.dice.shuffle(chosen)
    return chosen


def _name(fault):
    if isinstance(fault, functools.partial):
        return f"{_name(fault.func)} for {fault.keywords['seconds']} s"
    return fault.__name__.replace("_", " ")
