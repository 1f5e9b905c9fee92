"""The descriptions of deploy/ are sound, and agree with the program that they start."""

import re
import shutil
import subprocess

import kubernetes_validate
import pytest
import yaml

from bot.settings import Settings
from storage import tables
from tests.components import missing

KUBERNETES = "1.33"
SETTINGS = {f"BOT_{name}".upper() for name in Settings.model_fields}


@pytest.fixture(scope="module")
def rendered(project_root):
    """Every object of the example installation, by kind and name, as Kubernetes would get it."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        missing("kubectl")
        return None
    folder = project_root / "deploy/kubernetes/example"
    text = subprocess.run(
        [kubectl, "kustomize", str(folder)], capture_output=True, text=True, check=True
    ).stdout
    return {(each["kind"], each["metadata"]["name"]): each for each in yaml.safe_load_all(text)}


@pytest.fixture(scope="module")
def bicep(project_root):
    return (project_root / "deploy/azure/main.bicep").read_text("utf-8")


def pods(rendered):
    named = {"Deployment/web", "Deployment/worker", "Deployment/desk", "Job/migrate"}
    found = {f"{kind}/{name}": each for (kind, name), each in rendered.items()}
    return {name: found[name]["spec"]["template"]["spec"] for name in named}


def test_kubernetes_takes_every_object(rendered):
    own = [each for each in rendered.values() if each["apiVersion"] != "keda.sh/v1alpha1"]
    assert len(own) == len(rendered) - 1
    for each in own:
        kubernetes_validate.validate(each, KUBERNETES, strict=True)


def test_a_fault_would_be_found(rendered):
    web = yaml.safe_load(yaml.safe_dump(rendered["Deployment", "web"]))
    web["spec"]["template"]["spec"]["containers"][0]["imagge"] = "x"
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(web, KUBERNETES, strict=True)


def test_every_pod_may_little(rendered, project_root):
    (uid,) = re.findall(r"--uid (\d+)", (project_root / "Dockerfile").read_text("utf-8"))
    for name, pod in pods(rendered).items():
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["runAsUser"] == int(uid), name
        (container,) = pod["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["limits"]["memory"], name


def test_what_is_asked_is_there(rendered):
    """Objects that name others name ones that are there; probes ask what the program answers."""
    settings = next(name for kind, name in rendered if kind == "ConfigMap")
    for name, pod in pods(rendered).items():
        (container,) = pod["containers"]
        assert container["envFrom"] == [
            {"configMapRef": {"name": settings}},
            {"secretRef": {"name": "bot-secrets"}},
        ], name
        assert ("ServiceAccount", pod["serviceAccountName"]) in rendered
    for role in ("web", "worker"):
        (container,) = pods(rendered)[f"Deployment/{role}"]["containers"]
        assert container["env"] == [{"name": "BOT_ROLE", "value": role}]
        paths = [container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "liveness")]
        assert paths == ["/health/ready", "/health/live"]
        ports = {each["name"]: each["containerPort"] for each in container["ports"]}
        values = rendered["ConfigMap", settings]["data"]
        assert ports == {
            "http": int(values["BOT_PORT"]), "metrics": int(values["BOT_METRICS_PORT"]),
        }  # fmt: skip
        assert ("PodDisruptionBudget", role) in rendered
    (rule,) = rendered["Ingress", "bot"]["spec"]["rules"]
    assert values["BOT_PUBLIC_URL"] == f"https://{rule['host']}"
    assert [each["path"] for each in rule["http"]["paths"]] == ["/api/"]


def test_workers_are_scaled_by_a_figure_that_there_is(rendered):
    scaler = rendered["ScaledObject", "worker"]["spec"]
    assert scaler["scaleTargetRef"] == {"name": "worker"}
    (trigger,) = scaler["triggers"]
    asked = trigger["metadata"]
    service = rendered["Service", "metrics"]
    namespace, port = service["metadata"]["namespace"], service["spec"]["ports"][0]["port"]
    assert asked["url"] == f"http://metrics.{namespace}.svc:{port}/metrics"
    assert asked["valueLocation"] == "bot_outbox_oldest_due_seconds"


def test_settings_are_the_programs(rendered, bicep):
    (values,) = [each["data"] for (kind, _), each in rendered.items() if kind == "ConfigMap"]
    assert set(values) <= SETTINGS
    named = set(re.findall(r"\bBOT_[A-Z_]+", bicep))
    assert named <= SETTINGS
    assert {"BOT_DATABASE_URL", "BOT_ROLE", "BOT_METRICS_PORT", "BOT_PUBLIC_URL"} <= named


def test_bicep_names_what_it_declares(bicep):
    """No package brings a compiler of Bicep: at least every name has its declaration."""
    code = re.sub(r"//.*|'(?:\\.|\$\{[^}]*\}|[^'\\])*'", _inside, bicep)
    for opening, closing in ("()", "[]", "{}"):
        assert code.count(opening) == code.count(closing)
    declared = set(re.findall(r"^\s*(?:param|var|resource|output) (\w+)", code, re.MULTILINE))
    asked = set(re.findall(r"(?<![\w.:])([a-z]\w*)(?=\.(?:id|name|properties)\b|::)", code))
    assert asked <= declared
    assert {"identity", "vault", "database", "environment"} <= asked
    used = {name for name in declared if len(re.findall(rf"\b{name}\b", code)) > 1}
    lone = declared - used
    assert lone <= {
        "teams",
        "conversations",
        "worker",
        "migrate",
        "desk",
        *re.findall(r"^output (\w+)", code, re.MULTILINE),
    }


def _inside(text):
    """Of a text, what it puts in: its names are names too. Nothing of a comment."""
    if text[0].startswith("//"):
        return ""
    return " ".join(re.findall(r"\$\{([^}]*)\}", text[0]))


def test_azure_takes_the_probes(bicep):
    """Container Apps refuse more than ten failures before a container is given up."""
    most = [int(count) for count in re.findall(r"failureThreshold: (\d+)", bicep)]
    assert len(most) == 3
    assert max(most) <= 10


def test_azures_scaler_asks_the_outbox_as_it_is(bicep):
    (query,) = re.findall(r"query: '((?:\\'|[^'])*)'", bicep)
    table = tables.outbox
    assert f"FROM {table.name} " in query
    assert {"due_at", "state"} <= set(table.c.keys())
    assert "min(due_at)" in query
    assert "state = \\'pending\\'" in query
