"""One small file of every surface; IMAGE stands for the reference that it pulls, which can carry a digest there."""

from __future__ import annotations

IMAGE = "example.com/acme/app:1.2.3"
FILES = {
    "Dockerfile": f"FROM {IMAGE}\n",
    "compose.yaml": f"services:\n  app:\n    image: {IMAGE}\n",
    "inline/compose.yaml": f"services:\n  app:\n    build:\n      dockerfile_inline: |\n        FROM {IMAGE}\n",
    ".devcontainer/devcontainer.json": f'{{\n  // comment\n  "image": "{IMAGE}",\n}}\n',
    "docker-bake.hcl": f'target "app" {{\n  contexts = {{\n    base = "docker-image://{IMAGE}"\n  }}\n}}\n',
    "docker-bake.json": (
        f'{{\n  "target": {{"app": {{"contexts": {{\n    "base": "docker-image://{IMAGE}"\n  }}}}}}\n}}\n'
    ),
    "inline/docker-bake.hcl": f'target "app" {{\n  dockerfile-inline = <<-EOT\n    FROM {IMAGE}\n  EOT\n}}\n',
    "k8s/pod.yaml": f"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: app\n    image: {IMAGE}\n",
    "k8s/task.yaml": f"apiVersion: tekton.dev/v1\nkind: Task\nspec:\n  steps:\n  - image: {IMAGE}\n",
    ".github/workflows/ci.yml": f"jobs:\n  test:\n    container:\n      image: {IMAGE}\n",
    "action.yml": f"runs:\n  using: docker\n  image: docker://{IMAGE}\n",
    ".gitlab-ci.yml": f"variables:\n  IMAGE: {IMAGE}\ntest:\n  image: $IMAGE\n",
    "web.container": f"[Container]\nImage={IMAGE}\n",
    ".circleci/config.yml": f"jobs:\n  test:\n    docker:\n    - image: {IMAGE}\n",
    "azure-pipelines.yml": f"jobs:\n- job: test\n  container: {IMAGE}\n",
    "bitbucket-pipelines.yml": f"pipelines:\n  default:\n  - step:\n      image: {IMAGE}\n",
}
