"""The Docker Official Images, from the Dockerfiles that their library files name.

github.com/docker-library/official-images/tree/HEAD/library has a file per image, and each names the repository, commit
and directory of every tag. Those Dockerfiles were read, and the history of their USER lines: an image whose user
changed over time is in `RELEASES`, with the tags that its Dockerfiles prove and no others.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from guardrail_hooks.no_root_dockerfile.vendor_images import Row

# Name: the image's User, the family of its plain tags, an unprivileged account that its Dockerfile makes. The
# repository behind the entry is where its Dockerfiles stand.
ROOT: Mapping[str, tuple[str, str, str]] = {
    "almalinux": ("", "redhat", ""),  # AlmaLinux/container-images
    "alpine": ("", "alpine", ""),  # alpinelinux/docker-alpine
    "amazoncorretto": ("", "redhat", ""),  # corretto/corretto-docker
    "amazonlinux": ("", "redhat", ""),  # amazonlinux/container-images
    "archlinux": ("", "", ""),  # gitlab.archlinux.org/archlinux/archlinux-docker
    "azul-zulu": ("", "debian", ""),  # AzulSystems/azul-zulu-images
    "backdrop": ("", "debian", "www-data"),  # backdrop-ops/backdrop-docker
    "bash": ("", "alpine", ""),  # tianon/docker-bash
    "buildpack-deps": ("", "debian", ""),  # docker-library/buildpack-deps
    "busybox": ("", "busybox", ""),  # docker-library/busybox
    "cassandra": ("", "debian", "cassandra"),  # docker-library/cassandra
    "centos": ("", "redhat", ""),  # CentOS/sig-cloud-instance-images; no longer built
    "chronograf": ("", "debian", ""),  # influxdata/influxdata-docker
    "clickhouse": ("", "debian", "clickhouse"),  # ClickHouse/docker-library
    "clojure": ("", "debian", ""),  # Quantisan/docker-clojure
    "composer": ("", "alpine", ""),  # composer/docker
    "couchbase": ("", "debian", "couchbase"),  # couchbase/docker
    "crate": ("", "redhat", "crate"),  # crate/docker-crate
    "dart": ("", "debian", ""),  # dart-lang/dart-docker
    "debian": ("", "debian", ""),  # debuerreotype/docker-debian-artifacts
    "drupal": ("", "debian", "www-data"),  # docker-library/drupal
    "eclipse-mosquitto": ("", "alpine", "mosquitto"),  # eclipse-mosquitto/mosquitto
    "eggdrop": ("", "alpine", "eggdrop"),  # eggheads/eggdrop-docker
    "elixir": ("", "debian", ""),  # erlef/docker-elixir
    "erlang": ("", "debian", ""),  # erlang/docker-erlang-otp
    "espocrm": ("", "debian", "www-data"),  # espocrm/espocrm-docker
    "fedora": ("", "redhat", ""),  # fedora-cloud/docker-brew-fedora
    "friendica": ("", "debian", "www-data"),  # friendica/docker
    "gcc": ("", "debian", ""),  # docker-library/gcc
    "ghost": ("", "debian", "node"),  # TryGhost/docker-library-ghost
    "haskell": ("", "debian", ""),  # haskell/docker-haskell
    "haxe": ("", "debian", ""),  # HaxeFoundation/docker-library-haxe
    "hello-world": ("", "scratch", ""),  # docker-library/hello-world
    "hitch": ("", "debian", ""),  # varnish/docker-hitch
    "httpd": ("", "debian", "www-data"),  # docker-library/httpd
    "hylang": ("", "debian", ""),  # hylang/docker-hylang
    "ibm-semeru-runtimes": ("", "debian", ""),  # ibmruntimes/semeru-containers
    "ibmjava": ("", "debian", ""),  # ibmruntimes/ci.docker
    "java": ("", "debian", ""),  # docker-library/openjdk, under its first name
    "joomla": ("", "debian", "www-data"),  # joomla-docker/docker-joomla
    "jruby": ("", "debian", ""),  # jruby/docker-jruby
    "julia": ("", "debian", ""),  # docker-library/julia
    "matomo": ("", "debian", "www-data"),  # matomo-org/docker
    "maven": ("", "debian", ""),  # carlossg/docker-maven
    "mediawiki": ("", "debian", "www-data"),  # wikimedia/mediawiki-docker
    "mongo-express": ("", "alpine", "node"),  # mongo-express/mongo-express-docker
    "monica": ("", "debian", "www-data"),  # monicahq/docker
    "mysql": ("", "redhat", "mysql"),  # docker-library/mysql
    "nats": ("", "scratch", ""),  # nats-io/nats-docker
    "neo4j": ("", "debian", "neo4j"),  # neo4j/docker-neo4j-publish
    "nextcloud": ("", "debian", "www-data"),  # nextcloud/docker
    "nginx": ("", "debian", "nginx"),  # nginx/docker-nginx
    "nim": ("", "debian", ""),  # nim-lang/docker-images
    "node": ("", "debian", "node"),  # nodejs/docker-node
    "oraclelinux": ("", "redhat", ""),  # oracle/container-images
    "perl": ("", "debian", ""),  # perl/docker-perl
    "php": ("", "debian", "www-data"),  # docker-library/php
    "phpmyadmin": ("root", "debian", "www-data"),  # phpmyadmin/docker
    "postfixadmin": ("", "debian", "www-data"),  # postfixadmin/docker
    "postgres": ("", "debian", "postgres"),  # docker-library/postgres
    "pypy": ("", "debian", ""),  # docker-library/pypy
    "python": ("", "debian", ""),  # docker-library/python
    "r-base": ("", "debian", "docker"),  # rocker-org/rocker
    "rabbitmq": ("", "debian", "rabbitmq"),  # docker-library/rabbitmq
    "rakudo-star": ("", "debian", ""),  # rakudo/docker
    "redis": ("", "debian", "redis"),  # redis/docker-library-redis
    "redmine": ("", "debian", "redmine"),  # docker-library/redmine
    "registry": ("", "alpine", ""),  # distribution/distribution-library-image
    "rethinkdb": ("", "debian", ""),  # rethinkdb/rethinkdb-dockerfiles
    "rockylinux": ("", "redhat", ""),  # rocky-linux/sig-cloud-instance-images
    "ros": ("", "debian", ""),  # osrf/docker_images
    "ruby": ("", "debian", ""),  # docker-library/ruby
    "rust": ("", "debian", ""),  # rust-lang/docker-rust
    "sapmachine": ("", "debian", ""),  # SAP/SapMachine-infrastructure
    "spiped": ("", "debian", "spiped"),  # TimWolla/docker-spiped
    "storm": ("", "debian", "storm"),  # apache/storm-docker
    "swift": ("", "debian", ""),  # apple/swift-docker
    "swipl": ("", "debian", ""),  # SWI-Prolog/docker-swipl
    "teamspeak": ("", "alpine", "ts3server"),  # TeamSpeak-Systems/teamspeak-linux-docker-images
    "tomcat": ("", "debian", ""),  # docker-library/tomcat
    "traefik": ("", "alpine", ""),  # traefik/traefik-library-image
    "unit": ("", "debian", ""),  # nginx/unit, pkg/docker
    "xwiki": ("", "debian", ""),  # xwiki-contrib/docker-xwiki
    "yourls": ("", "debian", "www-data"),  # YOURLS/containers
    "zookeeper": ("", "debian", "zookeeper"),  # 31z4/zookeeper-docker
}
# Images whose tags are all of one system, so that a digest says which it is.
SYSTEMS = frozenset({
    "almalinux", "alpine", "amazonlinux", "bash", "busybox", "centos", "composer", "debian", "fedora", "hello-world",
    "oraclelinux", "rockylinux", "ubuntu",
})  # fmt: skip

GITHUB = "https://github.com/"
ADMINISTRATOR, WINDOWS_USER = "ContainerAdministrator", "ContainerUser"
CADDY = GITHUB + "caddyserver/caddy-docker"
COUCHDB = GITHUB + "apache/couchdb-docker"
DOCKER = GITHUB + "docker-library/docker"
ELASTIC = GITHUB + "elastic/dockerfiles"
FLINK = GITHUB + "apache/flink-docker"
FLUENTD = GITHUB + "fluent/fluentd-docker-image"
GEONETWORK = GITHUB + "geonetwork/docker-geonetwork"
GOLANG = GITHUB + "docker-library/golang"
GRADLE = GITHUB + "gradle/docker-gradle"
HAPROXY = GITHUB + "docker-library/haproxy"
INFLUX = GITHUB + "influxdata/influxdata-docker"
KRAKEND = GITHUB + "krakend/docker-library"
LIGHTSTREAMER = GITHUB + "Lightstreamer/Docker"
MARIADB = GITHUB + "MariaDB/mariadb-docker"
MONGO = GITHUB + "docker-library/mongo"
OPENJDK = GITHUB + "docker-library/openjdk"
PERCONA = GITHUB + "percona/percona-docker"
TEMURIN = GITHUB + "adoptium/containers"
TOMEE = GITHUB + "tomitribe/docker-tomee"
UBUNTU = "https://bugs.launchpad.net/cloud-images/+bug/2005129"  # the account `ubuntu`, since 23.04
VARNISH = GITHUB + "varnish/docker-varnish"
WORDPRESS = GITHUB + "docker-library/wordpress"
ZNC = GITHUB + "znc/znc-docker"

# Name: rows, of which the first that the tag fits decides; a user of None means that the Dockerfiles do not settle it.
RELEASES: Mapping[str, Sequence[Row]] = {
    "adminer": (("4 4.* 4-* 5 5.* 5-*", "adminer", {}, "alpine", "adminer", GITHUB + "TimWolla/docker-adminer"),),
    "api-firewall": (
        ("0.9* latest", "api-firewall", {}, "alpine", "api-firewall", GITHUB + "wallarm/api-firewall-docker"),
    ),
    "caddy": (
        ("*nanoserver* *rootless* 2.0.0-beta* 2.0.0-alpha*", None, {}, "", "", CADDY),
        ("*windows*", ADMINISTRATOR, {}, "windows", WINDOWS_USER, CADDY),
        ("*", "", {}, "alpine", "", CADDY),
    ),
    "couchdb": (
        ("1 1.* 2.0*", None, {}, "", "", COUCHDB),
        ("*", "", {}, "debian", "couchdb", COUCHDB),
    ),
    "docker": (
        ("*rootless*", "rootless", {}, "alpine", "rootless", DOCKER),
        ("*windows*", ADMINISTRATOR, {}, "windows", WINDOWS_USER, DOCKER),
        ("*", "", {}, "alpine", "", DOCKER),
    ),
    "eclipse-temurin": (
        ("*nanoserver*", WINDOWS_USER, {}, "windows", WINDOWS_USER, TEMURIN),
        ("*windows*", ADMINISTRATOR, {}, "windows", WINDOWS_USER, TEMURIN),
        ("*", "", {}, "debian", "", TEMURIN),
    ),
    # 8.0.0 brought the USER; up to 7.17 the entrypoint itself steps down.
    "elasticsearch": (
        ("8.* 9.*", "1000:0", {}, "", "elasticsearch", ELASTIC),
        ("6.8* 7.*", "", {}, "", "elasticsearch", ELASTIC),
    ),
    "emqx": (("5 5.* latest", "emqx", {}, "debian", "emqx", GITHUB + "emqx/emqx-docker"),),
    "flink": (
        ("2.2*", "flink", {}, "debian", "flink", FLINK),
        ("1 1.* 2.0* 2.1*", "", {}, "debian", "flink", FLINK),
    ),
    "fluentd": (
        ("*windows* v1.0* v1.1.* v1.1-* v1.2* v0.14*", None, {}, "", "", FLUENTD),
        ("v1.* latest edge*", "fluent", {}, "", "fluent", FLUENTD),
    ),
    "geonetwork": (
        ("4 4.2* 4.4* latest", "jetty", {}, "debian", "jetty", GEONETWORK),
        ("3.12*", "", {}, "debian", "", GEONETWORK),
    ),
    "golang": (
        ("*nanoserver*", WINDOWS_USER, {}, "windows", WINDOWS_USER, GOLANG),
        ("*windows*", ADMINISTRATOR, {}, "windows", WINDOWS_USER, GOLANG),
        ("*", "", {}, "debian", "", GOLANG),
    ),
    # Up to 4.8 the Dockerfiles ended as gradle; since then they have no USER, or return to root.
    "gradle": (
        ("2.* 3 3.* 4.0* 4.1* 4.2* 4.3* 4.4* 4.5* 4.6* 4.7* 4.8*", None, {}, "", "", GRADLE),
        ("*", "root", {}, "debian", "gradle", GRADLE),
    ),
    "groovy": (("*", "1000:1000", {}, "debian", "groovy", GITHUB + "groovy/docker-groovy"),),
    # USER came with 2.4, and the older releases were deliberately left as they are.
    "haproxy": (
        ("1 1.* 1-* 2.0* 2.1 2.1.* 2.1-* 2.2* 2.3*", "", {}, "debian", "", HAPROXY),
        ("*", "haproxy", {}, "debian", "haproxy", HAPROXY),
    ),
    "influxdb": (
        ("1.11*-data* 1.11*-meta* 1.12*-data* 1.12*-meta* data* meta*", "", {}, "debian", "", INFLUX),
        ("1.11* 1.12*", "influxdb", {}, "debian", "influxdb", INFLUX),
        ("1.13* 1.9* 1.10*", None, {}, "", "", INFLUX),
        ("3*core* 3*enterprise* core enterprise", "influxdb3", {}, "debian", "influxdb3", INFLUX),
        ("2 2.* 2-* latest alpine", "", {}, "debian", "influxdb", INFLUX),
        ("1.7* 1.8*", "", {}, "debian", "", INFLUX),
    ),
    "irssi": (("*", "user", {}, "debian", "user", GITHUB + "jessfraz/irssi"),),
    "kapacitor": (("1.6* 1.7* 1.8* latest alpine", "", {}, "debian", "", INFLUX),),
    "kibana": (("6.8* 7.* 8.* 9.*", "1000", {}, "", "kibana", ELASTIC),),
    "kong": (("2.* 3 3.* latest ubuntu*", "kong", {}, "debian", "kong", GITHUB + "Kong/docker-kong"),),
    # The USER of the first releases of 2022 was taken back in November 2022.
    "krakend": (
        ("1 1.* 2.0* 2.1 2.1.0* 2.1.1* 2.1.2*", None, {}, "", "", KRAKEND),
        ("*", "", {}, "alpine", "krakend", KRAKEND),
    ),
    "lightstreamer": (
        (
            "7 7.1* 7.2* 7.3* 7.4* 7-* latest base",
            "10000:10000",
            {},
            "debian",
            "lightstreamer",
            LIGHTSTREAMER,
        ),
    ),
    "liquibase": (("*", "liquibase:liquibase", {}, "debian", "liquibase", GITHUB + "liquibase/docker"),),
    "logstash": (("6.8* 7.* 8.* 9.*", "1000", {}, "", "logstash", ELASTIC),),
    "mariadb": (
        ("*ubi*", "mysql", {}, "redhat", "mysql", MARIADB),
        ("*", "", {}, "debian", "mysql", MARIADB),
    ),
    "memcached": (("*", "memcache", {}, "debian", "memcache", GITHUB + "docker-library/memcached"),),
    "mongo": (
        ("*nanoserver*", WINDOWS_USER, {}, "windows", WINDOWS_USER, MONGO),
        ("*windows*", ADMINISTRATOR, {}, "windows", WINDOWS_USER, MONGO),
        ("*", "", {}, "debian", "mongodb", MONGO),
    ),
    "notary": (("server*", "notary", {}, "alpine", "notary", GITHUB + "docker/notary-official-images"),),
    "odoo": (("*", "odoo", {}, "debian", "odoo", GITHUB + "odoo/docker"),),
    "open-liberty": (
        ("2* beta* full* kernel* latest", "1001", {}, "debian", "1001", GITHUB + "OpenLiberty/ci.docker"),
    ),
    "openjdk": (
        ("*nanoserver*", WINDOWS_USER, {}, "windows", WINDOWS_USER, OPENJDK),
        ("*windows*", ADMINISTRATOR, {}, "windows", WINDOWS_USER, OPENJDK),
        ("*", "", {}, "debian", "", OPENJDK),
    ),
    "percona": (
        ("8 8.0* 8-* ps-8*", "mysql", {}, "redhat", "mysql", PERCONA),
        ("psmdb-6* psmdb-7* psmdb-8*", "1001", {}, "redhat", "1001", PERCONA),
    ),
    "rocket.chat": (("*", "rocketchat", {}, "debian", "rocketchat", GITHUB + "RocketChat/Docker.Official.Image"),),
    "satosa": (("*", "satosa:satosa", {}, "debian", "satosa", GITHUB + "IdentityPython/satosa-docker"),),
    "solr": (("8.11* 9 9.* 9-* 10* slim latest", "8983", {}, "debian", "solr", GITHUB + "apache/solr-docker"),),
    "sonarqube": (
        (
            "8 8.* 8-* 9 9.* 9-* 10* 20* 24.* 25.* 26.* lts* lta* community developer* enterprise* datacenter* latest",
            "sonarqube",
            {},
            "debian",
            "sonarqube",
            GITHUB + "SonarSource/docker-sonarqube",
        ),
    ),
    "spark": (("3.5* 4* python3* latest", "spark", {}, "debian", "spark", GITHUB + "apache/spark-docker"),),
    "telegraf": (
        ("1.20* *distroless*", None, {}, "", "", INFLUX),
        ("*", "", {}, "debian", "", INFLUX),
    ),
    "tomee": (("9.* 9-* 10.* 10-* 11.* 11-*", "", {}, "debian", "", TOMEE),),
    "ubuntu": (
        (
            "24.* 25.* 26.* noble* resolute* oracular* plucky* questing* latest rolling",
            "",
            {},
            "debian",
            "ubuntu",
            UBUNTU,
        ),
        ("*", "", {}, "debian", "", UBUNTU),
    ),
    # 6.0 is the "stable" line, which keeps starting as root.
    "varnish": (
        ("stable* 6 6.* 6-*", "", {}, "debian", "", VARNISH),
        (
            "7 7.1* 7.2* 7.3* 7.4* 7.5* 7.6* 7.7* 8* 9* fresh* old* latest alpine",
            "varnish",
            {},
            "debian",
            "varnish",
            VARNISH,
        ),
    ),
    "websphere-liberty": (
        ("2* beta* full* kernel* latest", "1001", {}, "debian", "1001", GITHUB + "WASdev/ci.docker"),
    ),
    "wordpress": (
        ("cli*", "www-data", {}, "alpine", "www-data", WORDPRESS),
        ("*", "", {}, "debian", "www-data", WORDPRESS),
    ),
    "znc": (
        ("1.6*", None, {}, "", "", ZNC),
        ("*", "", {}, "alpine", "znc", ZNC),
    ),
}
