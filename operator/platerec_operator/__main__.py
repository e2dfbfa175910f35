"""`python -m platerec_operator`: settings from the environment, then the operator until a signal comes."""

import asyncio
import logging
import sys

from platerec_operator.handlers.lifecycle import WatchEndedError, run
from platerec_operator.kube.lease import LeadershipLostError
from platerec_operator.runtime.settings import Settings, SettingsError


def main() -> int:
    """Exit codes: 0 after a signal, 1 to be started again (lead lost, watch ended), 2 for wrong settings."""
    logging.basicConfig(format="%(asctime)s %(levelname)-7s %(message)s", level=logging.INFO)
    # It tells of every try with a traceback; what lasts ends a watch, and that is said in one line.
    logging.getLogger("kopf").setLevel(logging.CRITICAL)
    try:
        settings = Settings.read()
        asyncio.run(run(settings))
    except SettingsError as error:
        print(f"platerec-operator: {error}", file=sys.stderr)  # noqa: T201 # the person who started it reads this
        return 2
    except (LeadershipLostError, WatchEndedError) as error:
        logging.error("%s", error)  # noqa: LOG015 # its one line
        return 1
    except asyncio.CancelledError:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
