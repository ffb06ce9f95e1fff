"""lahmadaemon measures an organisation's audiences and speaks up when something is wrong.

The floor plan (an upper floor imports lower ones, never upwards; import-linter keeps it so):

    6 roof      cli  commands  terminal  daemon               daemon is the one place that joins things and runs them
                building  doorbell  answers  letters  settings
    5 window    web                                           health now; pages and API later
                demo                                          stand-ins for the outside world, for `demo` and for tests
    4 rooms     radio  visitors                               settings, source, pure core, store, services, reports
    3 alarm     alerts                                        conditions become incidents, deliveries, messages
    2 keepers   supervision  store                            keep services alive; keep data
    1 tools     atomic  elsewhere  pictures  logs  http  serving  systemd  configuration
    0 ground    clock  errors
"""

__version__ = "0.1.0"
