# ruff: noqa: E501  # a table of texts
"""Snippets by what they must come to. A mark «NAME» is a hit at that very line and column."""

from __future__ import annotations

from tests.actions.scan_allowed_env.tree import RELEASE, job, run, step

Files = dict[str, str]


def one(text: str) -> Files:
    return {RELEASE: text}


CALLER = "on: push\njobs:\n  release:\n    uses: ./.github/workflows/build.yml\n"
BUILD = ".github/workflows/build.yml"
PROBE = ".github/actions/probe/action.yml"
USES = step("uses: ./.github/actions/probe")
COMPOSITE = "name: Probe\nruns:\n  using: composite\n  steps:\n"

HITS: dict[str, Files] = {
    # env:
    "env of the workflow": one("on: push\nenv:\n  «ALLOWED_MRTD»: x\njobs: {}\n"),
    "env of a job": one(job("env:\n  A: 1\n  «ALLOWED_RTMR0»: x\nsteps: []")),
    "env of a step": one(step("run: make\nenv:\n  «ALLOWED_RTMR3»: x")),
    "env of a container": one(job("container:\n  image: a\n  env:\n    «ALLOWED_MRTD»: x")),
    "env of a service": one(job("services:\n  db:\n    env: { «ALLOWED_MRTD»: x }")),
    "options of a container": one(
        job("container:\n  image: a\n  options: --cpus 1 -e «ALLOWED_MRTD»=x")
    ),
    "the other name on the default list": one(step("run: make\nenv:\n  «USE_ENV_POLICY»: 1")),
    "the status, singular": one(step("run: make\nenv:\n  «ALLOWED_TCB_STATUS»: x")),
    "the status, plural": one(step("run: make\nenv:\n  «ALLOWED_TCB_STATUSES»: x")),
    "an empty value is set too": one(step("run: make\nenv:\n  «ALLOWED_MRTD»:")),
    "two at once": one("on: push\nenv:\n  «ALLOWED_A»: x\n  «ALLOWED_B»: y\njobs: {}\n"),
    # YAML's spellings
    "a key in double quotes": one('on: push\nenv:\n  "«ALLOWED_MRTD»": x\njobs: {}\n'),
    "a key in single quotes": one("on: push\nenv:\n  '«ALLOWED_MRTD»': x\njobs: {}\n"),
    "an explicit key": one("on: push\nenv:\n  ? «ALLOWED_MRTD»\n  : x\njobs: {}\n"),
    "flow style": one("on: push\nenv: {A: 1, «ALLOWED_MRTD»: x}\njobs: {}\n"),
    "flow style over lines": one("on: push\nenv: {\n  A: 1,\n  «ALLOWED_MRTD»: x\n}\njobs: {}\n"),
    "JSON": one('{"on": "push", "env": {"«ALLOWED_MRTD»": "x"}, "jobs": {}}\n'),
    "an anchored env": one(job("env: &e\n  «ALLOWED_MRTD»: x\nsteps:\n  - run: make\n    env: *e")),
    "a merged mapping": one(
        "on: push\nx-base: &base\n  «ALLOWED_MRTD»: x\nenv:\n  <<: *base\n  A: 1\njobs: {}\n"
    ),
    "a list of merged mappings": one(
        "on: push\nx: [&a {B: 1}, &b {«ALLOWED_MRTD»: x}]\nenv:\n  <<: [*a, *b]\njobs: {}\n"
    ),
    "a tagged value": one("on: push\nenv: !!map\n  «ALLOWED_MRTD»: !!str x\njobs: {}\n"),
    "CRLF": one(run("make\nexport «ALLOWED_MRTD»=1").replace("\n", "\r\n")),
    "a byte order mark": one("\ufeffon: push\nenv:\n  «ALLOWED_MRTD»: x\njobs: {}\n").copy(),
    "letters of two bytes before it": one(step("run: échø ü; export «ALLOWED_MRTD»=1")),
    # with:
    "build-args": one(
        step(
            "uses: docker/build-push-action@v6\nwith:\n  build-args: |\n    A=1\n    «ALLOWED_MRTD»=x"
        )
    ),
    "an env input": one(step("uses: a/deploy@v1\nwith:\n  env: |\n    «ALLOWED_MRTD»: x")),
    "an envs input of names": one(
        step("uses: appleboy/ssh-action@v1\nwith:\n  envs: A,«ALLOWED_MRTD»,B")
    ),
    "an environment input": one(
        step("uses: a/ecs@v1\nwith:\n  environment-variables: A=1 «ALLOWED_MRTD»=x")
    ),
    "an input of that name": one(step("uses: a/b@v1\nwith:\n  «ALLOWED_MRTD»: x")),
    "docker options": one(
        step("uses: addnab/docker-run-action@v3\nwith:\n  options: -v a:b -e «ALLOWED_MRTD»=1")
    ),
    "a script input": one(
        step("uses: a/ssh@v1\nwith:\n  script: |\n    cd x\n    export «ALLOWED_MRTD»=1")
    ),
    "github-script": one(
        step(
            "uses: actions/github-script@v7\nwith:\n  script: core.exportVariable('«ALLOWED_MRTD»', 'x')"
        )
    ),
    "a called workflow's with": one(CALLER + "    with:\n      «ALLOWED_MRTD»: x\n")
    | {BUILD: "on: workflow_call\njobs: {}\n"},
    "a called workflow's secrets": one(CALLER + "    secrets:\n      «ALLOWED_MRTD»: x\n")
    | {BUILD: "on: workflow_call\njobs: {}\n"},
    # vars and secrets
    "a variable of the repository": one(
        step("run: make\nenv:\n  POLICY: ${{ vars.«ALLOWED_MRTD» }}")
    ),
    "a secret by index": one(step("run: make\nenv:\n  POLICY: ${{ secrets['«ALLOWED_MRTD»'] }}")),
    "a variable in lower case": one(step("run: make\nenv:\n  POLICY: ${{ vars.«allowed_mrtd» }}")),
    "a variable read in run": one(step("run: deploy ${{ vars.«ALLOWED_MRTD» }}")),
    # matrix
    "a matrix key": one(job("strategy:\n  matrix:\n    «ALLOWED_MRTD»: [a]\nsteps: []")),
    "a matrix value": one(job("strategy:\n  matrix:\n    name: [A, «ALLOWED_MRTD»]\nsteps: []")),
    "an include": one(
        job("strategy:\n  matrix:\n    include:\n      - env: «ALLOWED_MRTD»=x\nsteps: []")
    ),
    "a matrix in JSON": one(
        job("strategy:\n  matrix: ${{ fromJSON('{\"«ALLOWED_MRTD»\":[1]}') }}\nsteps: []")
    ),
    # run:
    "an assignment": one(run("«ALLOWED_MRTD»=1")),
    "an assignment before a command": one(run("A=1 «ALLOWED_MRTD»=1 make")),
    "on one line": one(step("run: export «ALLOWED_MRTD»=1")),
    "folded": one(step("run: >-\n  make &&\n  export «ALLOWED_MRTD»=1")),
    "in double quotes": one(step('run: "export «ALLOWED_MRTD»=1"')),
    "an export without a value": one(run("export A «ALLOWED_MRTD»")),
    "declare -x": one(run("declare -rx «ALLOWED_MRTD»=1")),
    "in pieces": one(run("export «ALL'OW'\"ED_MRTD\"»=1")),
    "an escaped letter": one(run("export «A\\LLOWED_MRTD»=1")),
    "through a continued line": one(run("export \\\n  «ALLOWED_MRTD»=1")),
    "env of a command": one(run("env -u B -i A=1 «ALLOWED_MRTD»=1 make")),
    "sudo": one(run("sudo -E «ALLOWED_MRTD»=1 make")),
    "docker -e": one(run("docker run --rm -e A -e «ALLOWED_MRTD»=1 image")),
    "docker -e of the name alone": one(run("docker run -e «ALLOWED_MRTD» image")),
    "docker --env": one(run("docker run --env «ALLOWED_MRTD» image")),
    "docker --env=": one(run("docker run --env=«ALLOWED_MRTD»=1 image")),
    "docker --build-arg": one(run("docker build --build-arg «ALLOWED_MRTD»=1 .")),
    "over lines": one(run("docker run \\\n  -e A=1 \\\n  -e «ALLOWED_MRTD»=1 \\\n  image")),
    "a list of variables": one(run("gcloud run deploy x --set-env-vars=A=1,«ALLOWED_MRTD»=2")),
    "an argument of make": one(run("make deploy «ALLOWED_MRTD»=1")),
    "in a branch": one(run("if true; then\n  export «ALLOWED_MRTD»=1\nfi")),
    "in a case": one(run("case $x in\n  a|b) export «ALLOWED_MRTD»=1 ;;\nesac")),
    "in a function": one(run("setup() {\n  export «ALLOWED_MRTD»=1\n}\nsetup")),
    "in a subshell": one(run("( export «ALLOWED_MRTD»=1; make )")),
    "in a substitution": one(run('x="$(«ALLOWED_MRTD»=1 make)"')),
    "behind &&": one(run("make && export «ALLOWED_MRTD»=1 || true")),
    "bash -c": one(run("bash -ec 'export «ALLOWED_MRTD»=1'")),
    "eval": one(run("eval 'export «ALLOWED_MRTD»=1'")),
    "a script in a script": one(run("bash <<'EOF'\nexport «ALLOWED_MRTD»=1\nEOF")),
    "read": one(run("read -r «ALLOWED_MRTD» < file")),
    "printf -v": one(run("printf -v «ALLOWED_MRTD» %s 1")),
    "a loop's variable": one(run("for «ALLOWED_MRTD» in a b; do make; done")),
    "an array": one(run("«ALLOWED_MRTD»=(a b)")),
    "by $' '": one(run("export «ALLOWED_MRTD»=$'\\x41'")),
    # GITHUB_ENV
    "echo into GITHUB_ENV": one(run('echo "«ALLOWED_MRTD»=1" >> "$GITHUB_ENV"')),
    "echo into ${GITHUB_ENV}": one(run("echo «ALLOWED_MRTD»=1 >> ${GITHUB_ENV}")),
    "GITHUB_ENV first": one(run('>> $GITHUB_ENV echo "«ALLOWED_MRTD»=1"')),
    "printf into GITHUB_ENV": one(run("printf '%s=%s\\n' «ALLOWED_MRTD» 1 >> $GITHUB_ENV")),
    "tee into GITHUB_ENV": one(run('echo «ALLOWED_MRTD»=1 | tee -a "$GITHUB_ENV"')),
    "a document into GITHUB_ENV": one(run("cat >> $GITHUB_ENV <<EOF\nA=1\n«ALLOWED_MRTD»=2\nEOF")),
    "a document with tabs": one(run("cat <<-EOF >> $GITHUB_ENV\n\t«ALLOWED_MRTD»=2\n\tEOF")),
    "several lines for one variable": one(
        run('{\n  echo "«ALLOWED_MRTD»<<EOT"\n  cat x\n  echo EOT\n} >> a.env')
    ),
    "a group into GITHUB_ENV": one(
        run('{\n  echo A=1\n  echo "«ALLOWED_MRTD»=1"\n} >> "$GITHUB_ENV"')
    ),
    "a loop into GITHUB_ENV": one(
        run('for x in 1; do echo "«ALLOWED_MRTD»=$x"; done >> "$GITHUB_ENV"')
    ),
    "a .env that is written": one(run("cat > deploy.env <<EOF\n«ALLOWED_MRTD»=1\nEOF")),
    "a compose file that is written": one(
        run(
            "cat > compose.yml <<EOF\nservices:\n  a:\n    environment:\n      - «ALLOWED_MRTD»=1\nEOF"
        )
    ),
    "a compose file that is edited": one(
        run("yq -i '.services.a.environment.«ALLOWED_MRTD» = \"x\"' rendered.yaml")
    ),
    "a file that sed edits": one(run("sed -i 's/^A=.*/«ALLOWED_MRTD»=1/' deploy.conf")),
    # names in variables
    "a name in a variable": one(run('NAME=ALLOWED_MRTD\nexport "«»$NAME=1"')),
    "a name in the step's env": one(
        run('export "«»$NAME=1"', more="        env:\n          NAME: ALLOWED_MRTD\n")
    ),
    "half a name in a variable": one(run('P=ALLOWED\nexport "«»${P}_MRTD=1"')),
    "a name in a loop": one(run('for k in A ALLOWED_MRTD; do export "«»$k=1"; done')),
    "behind all that a shell can say": one(
        run(
            "(( x = 1 << 2 )); y=$(( 1 + 2 ))\nfunction f { echo `date`; }\n[[ $a == *(b|c) && -n ${d:-${e}} ]]\n"
            "case $z in (a) ;; b|'c') make ;& *) : ;; esac\nwhile read -r l; do :; done < <(ls)\n"
            'until false; do break; done\ndiff <(a) <(b) &> /dev/null\ntime ! make\ncat <<< "$y" | sort\n'
            "echo ${x//\\'/b} ${#x} $1 $@ \\$ $\"a\" # it's a comment\ng() ( export «ALLOWED_MRTD»=1 )"
        )
    ),
    "arithmetic": one(run("(( «ALLOWED_MRTD» = 1 ))")),
    "a default that is kept": one(run(': "${«ALLOWED_MRTD»:=1}"')),
    "in backquotes": one(run("x=`env «ALLOWED_MRTD»=1 make`")),
    "env -S": one(run("env -S '«»ALLOWED_MRTD=1 make'")),
    # other shells
    "PowerShell": one(run("$env:«ALLOWED_MRTD» = 'x'", shell="pwsh")),
    "PowerShell tells no case": one(run("$Env:«allowed_mrtd» = 'x'", shell="pwsh")),
    "PowerShell by Set-Item": one(run("Set-Item -Path Env:«ALLOWED_MRTD» -Value x", shell="pwsh")),
    "PowerShell by .NET": one(
        run("[Environment]::SetEnvironmentVariable(«'ALLOWED_MRTD'», 'x')", shell="pwsh")
    ),
    "PowerShell by Out-File": one(
        run('"«ALLOWED_MRTD»=x" | Out-File -FilePath $env:GITHUB_ENV -Append', shell="pwsh")
    ),
    "PowerShell by Add-Content": one(
        run('Add-Content $env:GITHUB_ENV "«ALLOWED_MRTD»=x"', shell="pwsh")
    ),
    "Windows has PowerShell": one(
        run("$env:«ALLOWED_MRTD» = 'x'").replace("ubuntu-24.04", "windows-2025")
    ),
    "cmd.exe": one(run("set «ALLOWED_MRTD»=1", shell="cmd")),
    "cmd.exe into GITHUB_ENV": one(run("echo «ALLOWED_MRTD»=1>> %GITHUB_ENV%", shell="cmd")),
    "Python's environ": one(run("import os\nos.environ[«'ALLOWED_MRTD'»] = 'x'", shell="python")),
    "Python's environ, in pieces": one(
        run("import os\nos.environ[«'ALLOWED_' + 'MRTD'»] = 'x'", shell="python")
    ).copy(),
    "Python's child": one(
        run("import subprocess\nsubprocess.run(['x'], env={«'ALLOWED_MRTD'»: '1'})", shell="python")
    ),
    "Python into GITHUB_ENV": one(
        run(
            "import os\nwith open(os.environ['GITHUB_ENV'], 'a') as f:\n    f.write('«ALLOWED_MRTD»=1\\n')",
            shell="python",
        )
    ),
    "Python in a document": one(
        run("python3 - <<'EOF'\nimport os\nos.environ[«'ALLOWED_MRTD'»] = 'x'\nEOF")
    ),
    "PowerShell in a command": one(run("pwsh -Command '$env:«ALLOWED_MRTD» = 1'")),
    "PowerShell's New-Item": one(
        run("New-Item -Path Env: -Name «ALLOWED_MRTD» -Value x", shell="pwsh")
    ),
    "PowerShell's here-string": one(
        run('@"\n«ALLOWED_MRTD»=1\n"@ | Out-File $env:GITHUB_ENV', shell="pwsh")
    ),
    "PowerShell's echo": one(run("echo «ALLOWED_MRTD»=1 >> $env:GITHUB_ENV", shell="pwsh")),
    "PowerShell's name in a variable": one(
        run("$n = 'ALLOWED_' + 'MRTD'\nSet-Item -Path Env:«»$n -Value x", shell="pwsh")
    ),
    "PowerShell's .NET in two texts": one(
        run("[Environment]::SetEnvironmentVariable(«»'ALLOWED_' + 'MRTD', 'x')", shell="pwsh")
    ),
    "PowerShell on a runner that is not known": one(
        run("$env:«ALLOWED_MRTD» = 1").replace("ubuntu-24.04", "${{ matrix.os }}")
    ),
    "an array of options": one(run("a=(-e «ALLOWED_MRTD»=1 x)\ndocker run ${a[@]}")),
    "a default that runs a command": one(run('x="${y:-$(«ALLOWED_MRTD»=1 make)}"')),
    "a brace in a quote": one(run("x=${y#'}'}; export «ALLOWED_MRTD»=1")),
    "a space that is none": one(run("echo a\u00a0b; export «ALLOWED_MRTD»=1")),
    "$' ' in a name": one(run("export «ALL$'OWED'_MRTD»=1").replace("$'OWED'", "OWED")),
    'behind $" "': one(run('echo $"a"; export «ALLOWED_MRTD»=1')),
    "a command in a document": one(run('cat <<EOF\n$(«ALLOWED_MRTD»=1 make) "a" \\$x\nEOF')),
    "a command in a document's name": one(run('make > "$(«ALLOWED_MRTD»=1 make)"')),
    "tee and a document": one(run("tee -a $GITHUB_ENV <<EOF\n«ALLOWED_MRTD»=1\nEOF")),
    "through sort": one(run("echo «ALLOWED_MRTD»=1 | sort > x.env")),
    "through a loop": one(run("echo «ALLOWED_MRTD»=1 | while read -r l; do x; done")),
    "for a program": one(run("echo «ALLOWED_MRTD»=1 | kubectl apply -f -")),
    "sed appends": one(run("sed -i '$ a «ALLOWED_MRTD»=1' deploy.conf")),
    "perl edits": one(run("perl -pi -e 's/A=1/«ALLOWED_MRTD»=1/' deploy.conf")),
    "jq sets": one(run("jq '.env.«ALLOWED_MRTD» = 1' x.json")),
    "let": one(run("let «ALLOWED_MRTD»=1")),
    "select": one(run("select «ALLOWED_MRTD» in a b; do make; done")),
    "timeout": one(run("timeout -k 1 10m env «ALLOWED_MRTD»=1 make")),
    "eval of a name in a variable": one(run('n=ALLOWED_MRTD\neval "«»$n=1"')),
    "eval of a script in a variable": one(run("x='export ALLOWED_MRTD=1'\neval «»$x")),
    "bash -c of a script in a variable": one(
        run("x='export ALLOWED_MRTD=1'\nbash -c «»\"$x\"").replace('«»"', '"«»')
    ),
    "what a substitution prints": one(run('export "«»$(echo ALLOWED_MRTD)=1"')),
    "what printf prints": one(run('export "«»$(printf %s%% ALLOWED_MRTD)=1"').replace("%%", "")),
    "an expression's constant": one(run("export «»${{ 'ALLOWED_MRTD' }}=1")),
    "an expression's variable": one(
        run("export «»${{ env.N }}=1", more="        env:\n          N: ALLOWED_MRTD\n")
    ),
    "the last of two names": one(run("n=A\nn=ALLOWED_MRTD\nexport «»$n=1")),
    "env that is an expression": one(
        step("run: make\nenv: ${{ fromJSON('{\"«ALLOWED_MRTD»\":1}') }}")
    ),
    "Python's dict": one(run("import os\nos.environ.update(«ALLOWED_MRTD»='1')", shell="python")),
    "Python's putenv": one(run("import os\nos.putenv(«'ALLOWED_MRTD'», '1')", shell="python")),
    "Python's name in a variable": one(
        run("import os\nn = 'ALLOWED_MRTD'\nos.environ[«»n] = '1'", shell="python")
    ),
    "Python's format": one(
        run("import os\nos.environ[«»'ALLOWED_{}'.format(1)] = '1'", shell="python")
    ),
    "Python's bytes": one(run("import os\nos.environb[«»b'ALLOWED_X'] = b'1'", shell="python")),
    "Python's percent": one(run("import os\nos.environ[«»'ALLOWED_%s' % 1] = '1'", shell="python")),
    "Python's f-text": one(run("import os\nos.environ[«»f'ALLOWED_{x}'] = '1'", shell="python")),
    "Python's upper": one(
        run("import os\nos.environ[«»'allowed_x'.upper()] = '1'", shell="python")
    ),
    "Python's system": one(run("import os\nos.system('make «ALLOWED_MRTD»=1')", shell="python")),
    "Python's print into a file": one(
        run("print('«ALLOWED_MRTD»=1', file=open('x.env', 'w'))", shell="python")
    ),
    "Python's list of a command": one(
        run("import subprocess\nsubprocess.run(['env', '«ALLOWED_MRTD»=1'])", shell="python")
    ),
    "Python's format into a file": one(
        run("open('x.env', 'w').write('«ALLOWED_MRTD»={}'.format(1))", shell="python")
    ),
    "Python's lines": one(
        run("open('x.env', 'w').write('\\n'.join(['A=1', '«ALLOWED_MRTD»=1']))", shell="python")
    ),
    "a list of names in an input": one(
        step("uses: a/b@v1\nwith:\n  env: |\n    - A\n    - «ALLOWED_MRTD»")
    ),
    "a merged env of a job": one(
        "on: push\nx: &x\n  env: {«ALLOWED_MRTD»: 1}\njobs:\n  a:\n    <<: *x\n    steps: []\n"
    ),
    "a key that is a list": one(
        "on: push\n? [a]\n: b\nenv:\n  ? [c]\n  : d\n  «ALLOWED_X»: 1\njobs: {}\n"
    ),
    "an option of several": one(run("tool --set-env-vars A=1,,«ALLOWED_MRTD»=2")),
    "a name in folded text": one(
        step("run: >\n  export A=ALLOWED_X;\n\n  export «ALLOWED_X»=1").replace(
            "A=ALLOWED_X", "A=b"
        )
    ),
    "brackets within [[ ]]": one(run("[[ ( -n $a || b ) ]] && export «ALLOWED_MRTD»=1")),
    "continued lines in quotes": one(run('echo "a\\\n  b" a\\\n  b\\ c; export «ALLOWED_MRTD»=1')),
    "all kinds in backquotes": one(
        run('x=`(a | b) > c <<< d; { e; } 2>&1`; echo $? $1 "$#"; export «ALLOWED_MRTD»=1')
    ),
    "a bracket behind a word": one(run("echo a(b) <c >d; export «ALLOWED_MRTD»=1")),
    "docker --env= of the name alone": one(run("docker run --env=«ALLOWED_MRTD» image")),
    "an option of numbers and names": one(run("tool -e 1,«ALLOWED_MRTD» x")),
    "a document that Python reads, and a shell": one(
        run(
            "python3 - <<'EOF' > x\nprint(1)\nEOF\nbash < x\nsh <<EOF\nexport «ALLOWED_MRTD»=1\nEOF"
        )
    ),
    "a script of the workspace, by an expression": one(
        run("bash ${{ github.workspace }}/scripts/x")
    )
    | {"scripts/x": "export «ALLOWED_MRTD»=1\n"},
    "a variable before an assignment": one(run("$x=1; env A=1; sudo; env; export «ALLOWED_X»=1")),
    "a short loop": one(run("for x; do export «ALLOWED_MRTD»=1; done; select; read; timeout 1")),
    "the last line of a folded text": one(step("run: >-\n  make\n  export\n  «ALLOWED_MRTD»=1")),
    "an escape of YAML, told where its text begins": one(
        step('run: «»"export \\x41LLOWED_MRTD=1"')
    ),
    # what is called
    "every script of a loop": one(run("for s in a b; do bash scripts/$s.sh; done"))
    | {"scripts/a.sh": "make\n", "scripts/b.sh": "export «ALLOWED_MRTD»=1\n"},
    "every script of a pattern": one(run('for s in scripts/*.sh; do bash "$s"; done'))
    | {"scripts/a.sh": "make\n", "scripts/b.sh": "export «ALLOWED_MRTD»=1\n"},
    "a script of the workspace": one(run('"$GITHUB_WORKSPACE/scripts/x"'))
    | {"scripts/x": "#!/bin/sh\nexport «ALLOWED_MRTD»=1\n"},
    "a script beside its action": one(USES)
    | {
        PROBE: COMPOSITE + "    - run: $GITHUB_ACTION_PATH/bin/x\n      shell: bash\n",
        ".github/actions/probe/bin/x": "#!/bin/bash\nexport «ALLOWED_MRTD»=1\n",
    },
    "a script beside its action, by an expression": one(USES)
    | {
        PROBE: COMPOSITE + "    - run: ${{ github.action_path }}/bin/x\n      shell: bash\n",
        ".github/actions/probe/bin/x": "#!/usr/bin/env pwsh\n$env:«ALLOWED_MRTD» = 1\n",
    },
    "a script of PowerShell in PowerShell": one(run(".\\tools\\x.ps1", shell="pwsh"))
    | {"tools/x.ps1": "$env:«ALLOWED_MRTD» = 1\n"},
    "a batch of cmd.exe": one(run("call tools\\x.bat", shell="cmd"))
    | {"tools/x.bat": "@echo off\nset «ALLOWED_MRTD»=1\n"},
    "a script of Node": one(run("./tools/x"))
    | {"tools/x": "#!/usr/bin/env node\nprocess.env.«ALLOWED_MRTD» = 1\n"},
    "a manifest": one(run("docker compose -f compose.yml up"))
    | {"compose.yml": "spec:\n  env:\n    - name: «ALLOWED_MRTD»\n      value: x\n"},
    "a .env of a compose file": one(run("docker compose -f compose.yml up"))
    | {
        "compose.yml": "services:\n  a:\n    env_file:\n      - path: app.env\n",
        "app.env": "export «ALLOWED_MRTD»\n",
    },
    "the entrypoint of an action": one(USES)
    | {
        PROBE: "name: P\nruns:\n  using: docker\n  image: Dockerfile\n  entrypoint: x.sh\n",
        ".github/actions/probe/Dockerfile": "FROM a\nARG A B=1\n",
        ".github/actions/probe/x.sh": "export «ALLOWED_MRTD»=1\n",
    },
    "a script of bash": one(run("bash scripts/x.sh"))
    | {"scripts/x.sh": "#!/bin/bash\nexport «ALLOWED_MRTD»=1\n"},
    "a script by its path": one(run("./scripts/x"))
    | {"scripts/x": "#!/bin/bash\nexport «ALLOWED_MRTD»=1\n"},
    "a script that is sourced": one(run(". scripts/env")) | {"scripts/env": "«ALLOWED_MRTD»=1\n"},
    "a script in the working directory": one(
        run("./x.sh", more="        working-directory: tools\n")
    )
    | {"tools/x.sh": "export «ALLOWED_MRTD»=1\n"},
    "a script of a script": one(run("scripts/a.sh"))
    | {"scripts/a.sh": '. "$(dirname "$0")/b.sh"\n', "scripts/b.sh": "export «ALLOWED_MRTD»=1\n"},
    "a script of Python": one(run("python tools/x.py"))
    | {"tools/x.py": "import os\nos.environ[«'ALLOWED_MRTD'»] = '1'\n"},
    "a script of PowerShell": one(run("pwsh tools/x.ps1"))
    | {"tools/x.ps1": "$env:«ALLOWED_MRTD» = 1\n"},
    "a .env file": one(run("docker run --env-file deploy/.env image"))
    | {"deploy/.env": "# x\nA=1\n«ALLOWED_MRTD»=1\n"},
    "a compose file": one(run("docker compose -f deploy/compose.yml up"))
    | {"deploy/compose.yml": "services:\n  a:\n    environment:\n      «ALLOWED_MRTD»: x\n"},
    "a compose file with a list": one(run("docker compose -f docker-compose.prod.yaml up"))
    | {
        "docker-compose.prod.yaml": "services:\n  a:\n    environment:\n      - A=1\n      - «ALLOWED_MRTD»\n"
    },
    "a Dockerfile": one(run("docker build -f deploy/Dockerfile ."))
    | {"deploy/Dockerfile": "FROM a\nENV A=1 «ALLOWED_MRTD»=2\n"},
    "a called workflow": one(CALLER)
    | {BUILD: "on: workflow_call\nenv:\n  «ALLOWED_MRTD»: x\njobs: {}\n"},
    "an action": one(USES)
    | {PROBE: COMPOSITE + "    - run: export «ALLOWED_MRTD»=1\n      shell: bash\n"},
    "the action at the top": one(step("uses: ./"))
    | {"action.yml": COMPOSITE + "    - run: export «ALLOWED_MRTD»=1\n      shell: bash\n"},
    "an action of an action": one(USES)
    | {
        PROBE: COMPOSITE + "    - uses: ./inner\n",
        "inner/action.yaml": COMPOSITE
        + "    - run: make\n      env: { «ALLOWED_MRTD»: x }\n      shell: bash\n",
    },
    "an action in a container": one(USES)
    | {
        PROBE: "name: P\nruns:\n  using: docker\n  image: Dockerfile\n  env:\n    «ALLOWED_MRTD»: x\n",
        ".github/actions/probe/Dockerfile": "FROM a\nENV «ALLOWED_RTMR0» x\n",
    },
    "an action of JavaScript": one(USES)
    | {
        PROBE: "name: P\nruns:\n  using: node20\n  main: index.js\n",
        ".github/actions/probe/index.js": "core.exportVariable('«ALLOWED_MRTD»', 1)\n",
    },
}

CLEAN: dict[str, Files] = {
    # M8: a real variable of two of their workflows, which the anchor must not hit.
    "another variable that contains it": one(
        step("run: make\nenv:\n  GCP_ATTESTATION_ALLOWED_CIDRS: x")
    ),
    "and in a script": one(
        run('export GCP_ATTESTATION_ALLOWED_CIDRS="${{ vars.GCP_ATTESTATION_ALLOWED_CIDRS }}"')
    ),
    "a name that goes on": one(run("export USE_ENV_POLICY_FILE=x")),
    "lower case in bash": one(run("allowed_files=x")),
    "a comment of YAML": one("# env: {ALLOWED_MRTD: x}\n" + run("make # ALLOWED_MRTD=1")),
    "a comment in a script": one(run("# export ALLOWED_MRTD=1\nmake")),
    "a step's name": one(step("name: 'ALLOWED_MRTD=1'\nrun: make")),
    "a workflow's name": one("name: ALLOWED_MRTD\n" + job("steps: []")),
    "a job's name": one(job("name: export ALLOWED_MRTD=1\nsteps: []")),
    "a description": one(
        "on:\n  workflow_dispatch:\n    inputs:\n      a:\n        description: 'ALLOWED_MRTD=1'\njobs: {}\n"
    ),
    "a message": one(run("echo 'ALLOWED_MRTD=1 must not be set'")),
    "an error": one(run('echo "::error::ALLOWED_MRTD=x is set" >&2')),
    "a summary": one(run('echo "ALLOWED_MRTD=x" >> "$GITHUB_STEP_SUMMARY"')),
    "an output": one(run('echo "ALLOWED_MRTD=x" >> "$GITHUB_OUTPUT"')),
    # D-M5: the one guard that they have greps one rendered file.
    "the guard that looks for it": one(
        run("if grep -qE '^ALLOWED_(MRTD|RTMR0)=' rendered.txt; then exit 1; fi")
    ),
    "a test": one(run('[ -z "$ALLOWED_MRTD" ] || exit 1')),
    "a test of bash": one(run('if [[ -n "${ALLOWED_MRTD:-}" ]]; then exit 1; fi')),
    "a test for equality": one(run('test "$x" = ALLOWED_MRTD=1')),
    "unset": one(run("unset ALLOWED_MRTD")),
    "export -n": one(run("export -n ALLOWED_MRTD")),
    "env -u": one(run("env -u ALLOWED_MRTD make")),
    "a value": one(run("export NAME=ALLOWED_MRTD")),
    "release notes": one(run('gh release create v1 --notes "ALLOWED_MRTD=1 is gone"')),
    "a commit message": one(run('git commit -m "ALLOWED_MRTD=x"')),
    "a document of prose": one(run("cat > notes.md <<EOF\nALLOWED_MRTD: gone\nEOF")),
    "a document that is shown": one(run("cat <<EOF\nALLOWED_MRTD=1\nEOF")),
    "sed takes it out": one(run("sed -i '/^ALLOWED_MRTD=/d' deploy.conf")),
    "jq compares": one(run("jq -e '.env.ALLOWED_MRTD == null' x.json")),
    "a comment in PowerShell": one(
        run("# $env:ALLOWED_MRTD = 1\n<# $env:ALLOWED_MRTD = 1 #>\nmake", shell="pwsh")
    ),
    "PowerShell compares": one(run("if ($env:ALLOWED_MRTD -eq 'x') { exit 1 }", shell="pwsh")),
    "Python looks": one(
        run(
            "import os\nassert 'ALLOWED_MRTD' not in os.environ\nprint('ALLOWED_MRTD=1')",
            shell="python",
        )
    ),
    "Python guards lines": one(
        run(
            "for line in open('x'):\n    assert not line.startswith('ALLOWED_MRTD=')",
            shell="python",
        )
    ),
    "an if": one(step("if: ${{ vars.ALLOWED_MRTD == '' }}\nrun: make")),
    "an action's prose": one(
        step("uses: a/b@v1\nwith:\n  body: 'ALLOWED_MRTD=1'\n  title: ALLOWED_MRTD")
    ),
    "a script that is not called": one(run("make")) | {"scripts/x.sh": "export ALLOWED_MRTD=1\n"},
    "a program that was built": one(run("./tool")) | {"tool": "\x7fELF\x00ALLOWED_MRTD=1"},
    "workflows that call each other": {
        RELEASE: CALLER,
        BUILD: "on: workflow_call\njobs:\n  a:\n    uses: ./.github/workflows/release.yml\n",
    },
    "an action that uses itself": one(USES)
    | {PROBE: COMPOSITE + "    - uses: ./.github/actions/probe\n"},
    "keys that an anchor shares": one(job("env: &e { A: 1 }\nsteps:\n  - run: make\n    env: *e")),
    "a language that is not read, that sets nothing": one(run("./tool"))
    | {"tool": "#!/usr/bin/perl\nsystem('./x.sh');\n"},
    "what a program that reads nothing is fed": one(run("echo ALLOWED_MRTD=1 | echo b | tr a b")),
    "what Python writes with a colon": one(
        run("open('x', 'w').write('ALLOWED_MRTD: gone')", shell="python")
    ),
    "Python's other calls": one(
        run(
            "a = {**b, 1: 2}\na.update(x, ALLOWED=1)\nx[0]['ALLOWED'] = y\nf()(1)\n"
            "open('x', 'w').write(a == 'ALLOWED_X=1')\nc = d = -1",
            shell="python",
        )
    ),
    "what PowerShell shows": one(
        run(
            'Write-Host "ALLOWED_MRTD=1"\n"ALLOWED_MRTD=1" >> $env:GITHUB_STEP_SUMMARY',
            shell="pwsh",
        )
    ),
    "what PowerShell writes by a name that is not known": one(
        run('"$n=1" | Out-File x.txt\n# ALLOWED_X', shell="pwsh")
    ),
    "spellings": one(run("echo $'\\q \\U99999999 \\101 \\e' ALLOWED_X '${{ a }}' \"a\\q\"")),
    "what ends nothing": one(run("echo ALLOWED_X; done; esac; ) }\ncase x in")),
    "documents of all kinds": one(
        run("cat << 'A' - <<-B <<< $x | sort\n$(\nA\n\tb $x\n\tB\n: ALLOWED_X\ncat <<EOF\nx")
    ),
    "a program of the runner": one(run("/usr/bin/thing\n~/bin/thing\nmake")),
    "a program in a folder that the run makes": one(run('"$RUNNER_TEMP/bin/tool" --version')),
    "a .env that the run makes": one(run("cp .env.example .env\nrm -f deploy.env")),
    "a document of another program": one(run("make <<EOF\nA=1\nEOF\ncat <<< x")),
    "printf without anything": one(run('printf; x="$(printf)"; declare -f f; declare -p')),
    "read without a name": one(run("read -r line < x; source; bash; python; . ; env; sudo")),
    "values that an array lists": one(run("names=(a ALLOWED_MRTD b)\necho ${names[@]}")),
    "a module of Python": one(run("python3 -m build\npython -um build x")),
    "a container's own user": one(job("container: node:20\nsteps: []")),
    "an action of a container elsewhere": one(USES)
    | {PROBE: "name: P\nruns:\n  using: docker\n  image: docker://a/b\n"},
    "JavaScript that reads": one(USES)
    | {
        PROBE: "name: P\nruns:\n  using: node20\n  main: index.js\n",
        ".github/actions/probe/index.js": "const a = process.env.ALLOWED_MRTD == 1\n",
    },
    "a matrix that is env": one(
        job("strategy:\n  matrix:\n    e: [{A: 1}]\nenv: ${{ matrix.e }}\nsteps: []")
    ),
    "a step that is none": one(job("steps:\n  - make\n  - run: ''\n  - uses: ''")),
}

# A call that leads to no file: what is told without deciding, by what it calls.
TOLD: dict[str, tuple[str, Files]] = {
    "a program that is built": ("./target/release/app", one(run("./target/release/app"))),
    "a program at the top": ("./app", one(run("make app\n./app --version"))),
    "a script that is named by nothing": ("get", one(run("curl -o get https://x\nbash get"))),
    "a script that is sourced": ("venv/bin/activate", one(run("source venv/bin/activate"))),
    "a script of Python": ("tool", one(run("python3 -u tool"))),
    "a script of a folder of the run": ("…/get.sh", one(run('bash "$RUNNER_TEMP/get.sh"'))),
    "a script of the runner": ("/opt/get.sh", one(run("bash /opt/get.sh"))),
    "a script above the tree": ("../x/run", one(run("../x/run"))),
    "a script that only the run knows": ("…", one(run('bash "$1"'))),
    "a path that only the run knows": ("./scripts/….sh", one(run("./scripts/$1.sh"))),
    "a .env": ("deploy/.env", one(run("docker run --env-file deploy/.env x"))),
    "a .env that is read": (".env", one(run("make < .env"))),
    "a compose file": ("compose.yml", one(run("docker compose -f compose.yml up"))),
    "a Dockerfile": ("a/Dockerfile", one(run("docker build -f a/Dockerfile ."))),
    "a .env of a compose file": (
        "app.env",
        one(run("docker compose -f compose.yml up"))
        | {"compose.yml": "services:\n  a:\n    env_file: app.env\n"},
    ),
    "a .env of an action": (
        "./x.env",
        one(step("uses: a/b@v1\nwith:\n  env-file: ./x.env")),
    ),
    "a .env of PowerShell": ("x.env", one(run("tool x.env", shell="pwsh"))),
}

FAILS: dict[str, tuple[str, Files]] = {
    "no YAML": ("not-yaml", one("on: push\njobs: [\n")),
    "a tab that indents": ("not-yaml", one("on: push\njobs:\n\ta: 1\n")),
    "a key that stands twice": ("not-yaml", one("on: push\nenv:\n  A: 1\n  A: 2\njobs: {}\n")),
    "a key that stands twice in flow": ("not-yaml", one("on: push\nenv: {A: 1, A: 2}\njobs: {}\n")),
    "jobs that stand twice": ("not-yaml", one("on: push\njobs: {}\njobs: {}\n")),
    "a quoted key again": ("not-yaml", one("on: push\nenv:\n  A: 1\n  'A': 2\njobs: {}\n")),
    "two documents": ("not-yaml", one("on: push\njobs: {}\n---\njobs: {}\n")),
    "an empty file": ("not-yaml", one("")),
    "a comment alone": ("not-yaml", one("# nothing\n")),
    "an alias of nothing": ("not-yaml", one("on: push\nenv: *nothing\njobs: {}\n")),
    "a quote that does not end": ("not-yaml", one("on: push\nname: 'a\njobs: {}\n")),
    "a called workflow that is not there": ("called-missing", one(CALLER)),
    "an action that is not there": ("called-missing", one(USES)),
    "a script that is not there": ("called-missing", one(run("bash scripts/gone.sh"))),
    "a program's file that is not there": (
        "called-missing",
        one(USES) | {PROBE: "name: P\nruns:\n  using: node20\n  main: gone.js\n"},
    ),
    "a called workflow that is no YAML": ("not-yaml", one(CALLER) | {BUILD: "a: [\n"}),
    "a script that is not there, in a folder that is": (
        "called-missing",
        one(run("scripts/gone")) | {"scripts/x": "make\n"},
    ),
    "one that is not there, from the top": (
        "called-missing",
        one(run("bash ./scripts/gone")) | {"scripts/x": "make\n"},
    ),
    "the Dockerfile of an action that is not there": (
        "called-missing",
        one(USES) | {PROBE: "name: P\nruns:\n  using: docker\n  image: Dockerfile\n"},
    ),
    "a loop of more names than are followed": (
        "computed-name",
        one(run(f"for k in {' '.join(f'A{n}' for n in range(200))}; do export $k=1; done")),
    ),
    "more lines than are followed": (
        "computed-name",
        one(
            run(
                f"for k in {' '.join(f'A{n}' for n in range(200))}; do\n"
                "  echo $k=1 >> $GITHUB_ENV\ndone"
            )
        ),
    ),
    "brackets deeper than are read": (
        "not-understood",
        one(run("x=ALLOWED_X; eval '" + "( " * 70 + "'")),
    ),
    "scripts in scripts without an end": (
        "not-understood",
        one(run("x='eval $x ALLOWED_X'; eval $x")),
    ),
    "brackets that do not end": ("not-understood", one(run("x=ALLOWED_X; echo @(a"))),
    "arithmetic that does not end": ("not-understood", one(run("x=ALLOWED_X; (( a"))),
    "a backquote that does not end": ("not-understood", one(run("x=ALLOWED_X; echo `a"))),
    "$' that does not end": ("not-understood", one(run("x=ALLOWED_X; echo $'a"))),
    "${ that does not end": ("not-understood", one(run("x=ALLOWED_X; echo ${a"))),
    "$( that does not end": ("not-understood", one(run("x=ALLOWED_X; echo $(a"))),
    '" that does not end': ("not-understood", one(run('x=ALLOWED_X; echo "a'))),
    "a quote in a document's substitution": (
        "not-understood",
        one(run("x=ALLOWED_X\ncat <<EOF\n$(echo ')\nEOF")),
    ),
    "a computed name": ("computed-name", one(run('export "$(make name)=1"'))),
    "a computed name into GITHUB_ENV": (
        "computed-name",
        one(run('echo "$(make name)=1" >> "$GITHUB_ENV"')),
    ),
    "a program that prints into GITHUB_ENV": (
        "computed-name",
        one(run('make env >> "$GITHUB_ENV"')),
    ),
    "Python that writes what a function gives": (
        "computed-name",
        one(
            run(
                "import os\nwith open(os.environ['GITHUB_ENV'], 'a') as f:\n    f.write(lines())",
                shell="python",
            )
        ),
    ),
    "Python that writes two variables": (
        "computed-name",
        one(
            run(
                "import os\nwith open(os.environ['GITHUB_ENV'], 'a') as f:\n    f.write(a + b)",
                shell="python",
            )
        ),
    ),
    "Python that writes a name that is not known": (
        "computed-name",
        one(
            run(
                "import os\nwith open(os.environ['GITHUB_ENV'], 'a') as f:\n    f.write(f'{a}=1')",
                shell="python",
            )
        ),
    ),
    "a character that YAML has not": ("not-yaml", one("on: push\nname: '\u0001'\njobs: {}\n")),
    "all variables by an expression": (
        "computed-name",
        one(step("run: make\nenv: ${{ fromJSON(needs.a.outputs.env) }}")),
    ),
    "a matrix name": ("computed-name", one(run('echo "${{ matrix.name }}=1" >> $GITHUB_ENV'))),
    "a name that begins so far": ("computed-name", one(run('export "ALLOW$X=1"'))),
    "a shell's quote that does not end": ("not-understood", one(run("export ALLOWED_MRTD='1"))),
    "Python that is none": ("not-understood", one(run("ALLOWED_MRTD = (", shell="python"))),
    "a language that is not read": (
        "not-understood",
        one(run("./tool")) | {"tool": "#!/usr/bin/perl\n$ENV{'ALLOWED_MRTD'} = 1;\n"},
    ),
}
