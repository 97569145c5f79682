"""The rules of port-registry-conflict, each with its documentation."""

from __future__ import annotations

from guardrail_hooks.core.finding import Rule

COMPOSE_PORTS = "https://github.com/compose-spec/compose-spec/blob/main/05-services.md#ports"
COMPOSE_MERGE = "https://github.com/compose-spec/compose-spec/blob/main/13-merge.md"
COMPOSE_PROFILES = "https://github.com/compose-spec/compose-spec/blob/main/15-profiles.md"
COMPOSE_INTERPOLATION = "https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md"

SAME_PORT = Rule(
    "PRT001",
    "duplicate-host-port",
    summary="a host port that two bindings of one project want",
    message="host port {port} is bound by {owner} here and by {other} (same project)",
    fix="give one of them another host port{free}{apart}",
    what="Reports a binding whose host port an earlier binding of the same project has: in one file, through "
    "`extends`, `include`, an override file, an anchor or a merge key. Addresses and protocols are told apart, ranges "
    "are compared as ranges, and variables are resolved from `.env` and from their defaults. `COMPOSE_FILE` and "
    "`COMPOSE_PROFILES` in `.env` say which files are one project and which profiles run together. Services without "
    "`profiles` all run together; one with a profile of its own still starts when it is named.",
    why="The engine starts one of the two containers and refuses the other: `port is already allocated`.",
    bad='services:\n  web:\n    image: acme/web:1.4\n    ports: ["8080:80"]\n'
    '  admin:\n    image: acme/admin:2.0\n    ports: ["8080:3000"]\n',
    good='services:\n  web:\n    image: acme/web:1.4\n    ports: ["8080:80"]\n'
    '  admin:\n    image: acme/admin:2.0\n    ports: ["8081:3000"]\n',
    options="--profiles together (services of different profiles run side by side), --env-file FILE",
    references=(COMPOSE_PORTS, COMPOSE_MERGE, COMPOSE_PROFILES),
)
SAME_HOST = Rule(
    "PRT002",
    "shared-host-port",
    summary="a host port that different services of two files want",
    message="host port {port}: {owner} here, {other}; both files share a host",
    fix="give one of them another host port{free}; files that never run side by side: `--alternatives '{glob}'`",
    what="Reports a binding whose host port a service of another name has in a file of the same directory. Files of "
    "different directories are compared with `--scope repo` only; with a registry, the registry decides between them. "
    "Files that repeat one another, or whose names say that they do not run together (tests, examples, stacks, "
    "different environments), are variants and not compared.",
    why="Files of one directory are usually started on one host; whoever comes second does not start.",
    bad='# docker-compose.yml\nservices:\n  web:\n    ports: ["8080:80"]\n'
    '# docker-compose.tools.yml\nservices:\n  adminer:\n    ports: ["8080:8080"]\n',
    good='# docker-compose.tools.yml\nservices:\n  adminer:\n    ports: ["8090:8080"]\n',
    options="--scope file|dir|repo, --alternatives GLOB, --exclude REGEX",
    references=(COMPOSE_PORTS,),
)
COPIES = Rule(
    "PRT003",
    "copies-on-one-port",
    severity="warning",
    summary="more copies of a service than host ports for them",
    message="{owner} asks for {copies} copies but publishes the fixed host port {port}",
    fix="publish a range of host ports, or only the container port, and let a proxy reach the copies",
    what="Reports `scale` or `deploy.replicas` above the number of host ports that an entry offers. Stack files, and "
    "entries with `mode: ingress`, are left alone: there the swarm balances all copies behind one port.",
    why="The first copy takes the port and the others do not start.",
    bad='services:\n  api:\n    deploy: {replicas: 3}\n    ports: ["8080:80"]\n',
    good='services:\n  api:\n    deploy: {replicas: 3}\n    ports: ["8080-8082:80"]\n',
    references=(COMPOSE_PORTS,),
)
HOST_NETWORK = Rule(
    "PRT004",
    "ports-on-host-network",
    summary="`ports` of a service on the host's network",
    message="{owner} uses network_mode: host, so Compose rejects its 'ports'",
    fix="delete 'ports' (the container's ports are the host's already; 'expose' documents them), or network_mode",
    what="Reports `ports` together with `network_mode: host`, once per service.",
    why="The specification forbids it. Compose before version 2 refuses the file; later ones start the container and "
    "discard the ports, so that the mapping that everybody reads there is not in force.",
    bad='services:\n  api:\n    network_mode: host\n    ports: ["8080:80"]\n',
    good='services:\n  api:\n    network_mode: host\n    expose: ["8080"]\n',
    references=(COMPOSE_PORTS,),
)
POSSIBLE = Rule(
    "PRT005",
    "possible-host-port-clash",
    severity="warning",
    summary="a host port that may be taken: a pool, or `expose` on the host's network",
    message="host port {port} lies in the pool {pool} of {other} and may clash",
    fix="move the single port out of the pool, or make the pool smaller{free}",
    what="Reports a host port inside a pool (many host ports for one container port: the engine picks one), and one "
    "that a service on the host's network lists under `expose`.",
    why="Such a clash comes and goes with the order in which containers start.",
    bad='services:\n  worker:\n    ports: ["6005-6015:80"]\n  web:\n    ports: ["6010:80"]\n',
    good='services:\n  worker:\n    ports: ["6005-6015:80"]\n  web:\n    ports: ["6020:80"]\n',
    references=(COMPOSE_PORTS,),
)
UNREGISTERED = Rule(
    "PRT101",
    "unregistered-port",
    summary="a host port that the registry does not list",
    message="host port {port} ({owner}) is not in {registry}{homes}",
    fix="{remedy}",
    what="Reports a published host port without an entry in the port registry.",
    why="The registry is only worth reading while every port is in it; the next person takes the port that looks free.",
    bad='# PORTS.md\n# - 8080: web\nservices:\n  web:\n    ports: ["8080:80", "8081:81"]\n',
    good='# PORTS.md\n# - 8080: web\n# - 8081: web\nservices:\n  web:\n    ports: ["8080:80", "8081:81"]\n',
    options="--registry FILE, --suggest SERVICE, --register SERVICE",
)
WRONG_OWNER = Rule(
    "PRT102",
    "port-of-another-service",
    summary="a host port that the registry gives to somebody else",
    message="host port {port} is registered to {title} ({line}), not to {owner}",
    fix="{remedy}",
    what="Reports a binding of a registered port by a service that the registry does not name. Names are compared "
    "tolerantly (`acme-postgres` is `PostgreSQL (Database)`) unless the registry writes a container's id.",
    why="Two teams rely on one number, and whoever starts second does not start.",
    bad="# PORTS.md\n# - 10005: Kong API Gateway\nservices:\n  rabbitmq:\n    ports: ['10005:5672']\n",
    good="# PORTS.md\n# - 10005: Kong API Gateway\n# - 10007: RabbitMQ\n"
    "services:\n  rabbitmq:\n    ports: ['10007:5672']\n",
    options="--aliases NAME=NAME when the two names mean one service",
)
RESERVED = Rule(
    "PRT103",
    "reserved-port",
    summary="a host port in a range that is kept for later",
    message="host port {port} is in the reserved range {range} ({line}): add a line for {owner} first",
    fix="{remedy}",
    what="Reports a binding inside a range that the registry reserves, where no entry takes the port out of it.",
    why="Reserved ranges are promises; the first who helps himself breaks them for all.",
    bad="# PORTS.md\n# - 10050-10099: Reserved for core services\nservices:\n  kafka:\n    ports: ['10060:9092']\n",
    good="# PORTS.md\n# - 10060: Kafka\n# - 10050-10099: Reserved for core services\n"
    "services:\n  kafka:\n    ports: ['10060:9092']\n",
)
DENIED = Rule(
    "PRT104",
    "denied-port",
    summary="a host port below `--min-port`, or on the deny list (only with one of them)",
    message="host port {port} ({owner}) is {denied}",
    fix="choose another host port{free}, and let the proxy in front publish the well-known one",
    what="Reports host ports below `--min-port`, and those of `--deny` or of the registry's own `deny` list. "
    "It finds nothing while none of the three is given.",
    why="Privileged ports need root, and well-known ones belong to the host's own services.",
    bad='# --min-port 1024\nservices:\n  web:\n    ports: ["80:8080"]\n',
    good='services:\n  web:\n    ports: ["8080:8080"]\n',
    options="--min-port N, --deny PORT[,PORT]",
)
NOT_FOR_CONTAINERS = Rule(
    "PRT105",
    "port-not-for-containers",
    severity="warning",
    summary="a port registered as host service, external or retired, but bound by a container",
    message="host port {port} is registered as {status} ({line}), but the container {owner} binds it",
    fix="correct the registry line if the service moved into a container, else choose another host port{free}",
    what="Reports a container on a port that the registry keeps for a process of the host, for an external service, or "
    "that it calls retired (deprecated, removed).",
    why="The host's own process has the port already, or the registry is out of date.",
    bad="# PORTS.md\n# - 11434: Ollama - HOST SERVICE (not dockerized)\n"
    'services:\n  ollama:\n    ports: ["11434:11434"]\n',
    good='# PORTS.md\n# - 11434: Ollama\nservices:\n  ollama:\n    ports: ["11434:11434"]\n',
)
PROTOCOL = Rule(
    "PRT106",
    "unregistered-protocol",
    summary="a protocol that the registry does not list for the port",
    message="host port {port} ({owner}) is registered for {protocols} only ({line})",
    fix="{remedy}, or publish {protocols}: end the mapping with '/{first}'",
    what="Reports the right owner on the right port with another protocol, where the registry names protocols.",
    why="TCP and UDP ports are different ports; a registry that names them means it.",
    bad='# PORTS.md\n# - 53/udp: dns\nservices:\n  dns:\n    ports: ["53:53/udp", "53:53/tcp"]\n',
    good='# PORTS.md\n# - 53/udp: dns\n# - 53/tcp: dns\nservices:\n  dns:\n    ports: ["53:53/udp", "53:53/tcp"]\n',
)
TARGET = Rule(
    "PRT107",
    "other-container-port",
    severity="warning",
    summary="a container port that differs from the registry's",
    message="host port {port} of {owner} leads to container port {target}, {line} says {wanted}",
    fix="publish '{low}:{wanted}', or correct the registry",
    what="Reports the right owner on the right port, mapped to another container port than the registry names.",
    why="Either the mapping reaches a port where nothing listens, or the registry is out of date.",
    bad="# ports.yaml\n# ports: {10000: {service: postgres, target: 5432}}\n"
    'services:\n  postgres:\n    ports: ["10000:6379"]\n',
    good="# ports.yaml\n# ports: {10000: {service: postgres, target: 5432}}\n"
    'services:\n  postgres:\n    ports: ["10000:5432"]\n',
)
TWICE = Rule(
    "PRT201",
    "registered-twice",
    summary="registry: a port listed for two services, or reserved here and given away there",
    message="port {port} is registered to {title} here and {other}",
    fix="keep one of the two lines, and give the other service a port of its own",
    what="Reports a port that the registry lists for two different services, and an entry inside a range that another "
    "section reserves. The same service listed again (a summary) is no duplicate.",
    why="A registry that says two things settles nothing.",
    bad="- 8080: web\n- 8080: api\n",
    good="- 8080: web\n- 8081: api\n",
)
OUTSIDE = Rule(
    "PRT202",
    "outside-section",
    summary="registry: an entry outside its section's range, or a section outside its parent's",
    message="{what} lies outside {section} ({range}, {line})",
    fix="move it to the section that holds {port}, or widen the range",
    what="Reports entries outside the range that their section's heading names, and sub-sections outside the range of "
    "the section around them.",
    why="Whoever looks for a free port reads one section, not the whole file.",
    bad="## External (12000+)\n- 9000: portainer\n",
    good="## External (9000+)\n- 9000: portainer\n",
)
OVERLAP = Rule(
    "PRT203",
    "overlapping-ranges",
    summary="registry: two sections that claim the same ports",
    message="the range {range} of {section} overlaps {other}",
    fix="draw the border between the two: ports {port} are in both",
    what="Reports sections beside each other whose ranges share ports. A section inside another is fine.",
    why="Both sections will hand out the same port one day.",
    bad="## Frontend (11000-11099)\n- 11000: ui\n## Agents (11000-11299)\n- 11200: letta\n",
    good="## Frontend (11000-11099)\n- 11000: ui\n## Agents (11100-11299)\n- 11200: letta\n",
)
IMPOSSIBLE = Rule(
    "PRT204",
    "impossible-port",
    summary="registry: a port or range that cannot exist",
    message="{what}",
    fix="correct the number",
    what="Reports ports outside 1-65535 and ranges that end before they begin.",
    why="A misspelt number registers nothing, and its author believes it does.",
    bad="- 80800: web\n",
    good="- 8080: web\n",
)
STALE = Rule(
    "PRT205",
    "stale-entry",
    severity="off",
    summary="registry: an active entry that no Compose file binds (off; --severity PRT205=warning)",
    message="port {port} is registered to {title}, but nothing binds it",
    fix="delete the line, or say what it is: planned, host service, external, retired",
    what="Reports entries that no file of the repository binds. Entries marked planned, host service, external or "
    "retired are left alone.",
    why="Stale lines make ports look taken.",
    bad="- 8080: web\n- 8081: gone\n",
    good="- 8080: web\n",
    options="--severity PRT205=warning (or =error)",
)
UNREADABLE = Rule(
    "PRT301",
    "unreadable-file",
    allowable=False,
    summary="a file that cannot be read as Compose would read it",
    message="{what}",
    fix="{remedy}",
    what="Reports files that are missing, not YAML, not UTF-8, too large or nested too deeply, keys written twice, and "
    "`include` or `extends` that lead in a circle. A file that cannot be read is never passed silently.",
    why="Compose refuses the file, and what it binds cannot be known.",
    bad="services:\n  a: *nope\n",
    good="services:\n  a: {image: 'acme/a:1'}\n",
)
INVALID = Rule(
    "PRT302",
    "invalid-port-mapping",
    summary="a port mapping that Compose or the engine refuses",
    message="{entry} is no port mapping: {what}",
    fix="write it as '[ADDRESS:]HOST:CONTAINER[/PROTOCOL]', for example '127.0.0.1:8080:80'",
    what="Reports entries of `ports` that are no valid mapping: no number, a port above 65535, ranges of different "
    "length, a host name instead of an address, an unknown protocol or field.",
    why="`docker compose up` fails on it.",
    bad='services:\n  a:\n    ports: ["localhost:8080:80"]\n',
    good='services:\n  a:\n    ports: ["127.0.0.1:8080:80"]\n',
    references=(COMPOSE_PORTS,),
)
UNRESOLVED = Rule(
    "PRT303",
    "unresolved-value",
    severity="warning",
    summary="a value that depends on something this repository does not say",
    message="{entry} cannot be resolved: {what}",
    fix="{remedy}",
    what="Reports ports that depend on a variable without a value in `.env` beside the file and without a default, "
    "`extends` or `include` that lead to a file that is not there, and what a template engine fills in (`{{ port }}`, "
    "or a file that is no YAML before). The process environment is never asked: everybody gets the same result.",
    why="What cannot be resolved cannot be checked.",
    bad='services:\n  web:\n    ports: ["${WEB_PORT}:80"]\n',
    good='services:\n  web:\n    ports: ["${WEB_PORT:-8080}:80"]\n',
    options="--env-file FILE",
    references=(COMPOSE_INTERPOLATION,),
)
BASE_60 = Rule(
    "PRT304",
    "unquoted-base-60",
    severity="warning",
    summary="an unquoted mapping that YAML 1.1 reads as a number to base 60",
    message="{entry} without quotes is the number {number} to a YAML 1.1 reader",
    fix='quote it: "{entry}"',
    what="Reports unquoted mappings whose container port is below 60. They are checked as they are meant.",
    why="Older tools and editors that read YAML 1.1 turn `8022:22` into 481342.",
    bad="services:\n  git:\n    ports:\n      - 8022:22\n",
    good='services:\n  git:\n    ports:\n      - "8022:22"\n',
    references=("https://yaml.org/type/int.html",),
)

RULES = (
    SAME_PORT, SAME_HOST, COPIES, HOST_NETWORK, POSSIBLE,
    UNREGISTERED, WRONG_OWNER, RESERVED, DENIED, NOT_FOR_CONTAINERS, PROTOCOL, TARGET,
    TWICE, OUTSIDE, OVERLAP, IMPOSSIBLE, STALE,
    UNREADABLE, INVALID, UNRESOLVED, BASE_60,
)  # fmt: skip
