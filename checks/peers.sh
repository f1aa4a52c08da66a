#!/usr/bin/env bash
# Measures 'validate' beside asl-validator (npm), statelint and cfn-lint (PyPI) in one run: processor time of one
# definition from a cold start, and definitions per second once warm, on one core.
# Exit 0: measured, or a peer cannot be had here (then the last line says SKIPPED and why). Exit 1: one of them fails.
# The goals (50 times less than the fastest peer when cold, 10 times its throughput) are reported, not enforced:
# machines differ.
source "$(dirname "$0")/opening.bash"

python_packages statelint==3.1.0 cfn-lint==1.58.0 || skipped "$why"
npm_packages asl-validator@4.0.0
release_build

cat >"$scratch/warm.mjs" <<'SCRIPT'
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
const validate = createRequire(import.meta.url)('asl-validator');
const definition = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const run = validate.default ?? validate;
for (let i = 0; i < 5; i++) run(definition);
const begin = process.hrtime.bigint();
let count = 0;
while (process.hrtime.bigint() - begin < 2_000_000_000n) { run(definition); count++; }
console.log(count / (Number(process.hrtime.bigint() - begin) / 1e9));
SCRIPT
cat >"$scratch/warm.py" <<'SCRIPT'
import json, sys, time
path = sys.argv[2]
if sys.argv[1] == 'statelint':
    from statelint.linter import Linter
    text = open(path).read()
    run = lambda: Linter.validate(text)
else:
    from cfnlint.api import lint, ManualArgs
    template = open(path).read()
    run = lambda: lint(template, config=ManualArgs(regions=['us-east-1']))
run()
begin, count = time.process_time(), 0
while time.process_time() - begin < 2:
    run()
    count += 1
print(count / (time.process_time() - begin))
SCRIPT

TOOL=$tool SCRATCH=$scratch python3 - "$repository/fixtures/workflows/order/definition.asl.json" <<'SCRIPT'
import json, os, resource, shutil, subprocess, sys, time

definition, scratch, tool = sys.argv[1], os.environ['SCRATCH'], os.environ['TOOL']
template = os.path.join(scratch, 'template.json')
with open(template, 'w') as file:
    json.dump({'Resources': {'Machine': {'Type': 'AWS::StepFunctions::StateMachine', 'Properties': {
        'RoleArn': 'arn:aws:iam::123456789012:role/r', 'Definition': json.load(open(definition))}}}}, file)
python = os.path.join(scratch, 'venv/bin/python')
bin = os.path.join(scratch, 'venv/bin/')
cold = {
    'sfn-tool': ([tool, 'validate', definition], 20),
    'asl-validator': (['node', os.path.join(scratch, 'node_modules/.bin/asl-validator'), '--json-path', definition], 5),
    'statelint': ([bin + 'statelint', definition], 5),
    'cfn-lint': ([bin + 'cfn-lint', template], 3),
}

def cpu():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime

def run(command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    if done.returncode not in (0, 4, 6):  # cfn-lint: warnings are 4, warnings and informations 6 or 8
        sys.exit(f'FAILED: {command[0]} exits with {done.returncode}: {done.stderr or done.stdout}')
    return done.stdout

seconds = {}
for name, (command, times) in cold.items():
    run(command)  # the files are in memory from here on
    before = cpu()
    for _ in range(times):
        run(command)
    seconds[name] = (cpu() - before) / times

# Many files in one call: what a second file costs.
many = os.path.join(scratch, 'many')
os.mkdir(many)
for i in range(2000):
    shutil.copy(definition, os.path.join(many, f'{i}.asl.json'))
before = cpu()
run([tool, 'validate', '--format', 'concise', many], env={**os.environ, 'RAYON_NUM_THREADS': '1'})
rate = {'sfn-tool': 2000 / (cpu() - before - seconds['sfn-tool'])}
rate['asl-validator'] = float(run(['node', os.path.join(scratch, 'warm.mjs'), definition]))
rate['statelint'] = float(run([python, os.path.join(scratch, 'warm.py'), 'statelint', definition]))
rate['cfn-lint'] = float(run([python, os.path.join(scratch, 'warm.py'), 'cfn-lint', template]))

print(f"{'':16}{'cold, ms of CPU':>18}{'times ours':>12}{'definitions/s':>16}{'times less':>12}")
for name in cold:
    print(f"{name:16}{seconds[name] * 1000:18.1f}{seconds[name] / seconds['sfn-tool']:12.0f}"
          f"{rate[name]:16.0f}{rate['sfn-tool'] / rate[name]:12.0f}")
fastest = min(s for n, s in seconds.items() if n != 'sfn-tool') / seconds['sfn-tool']
through = rate['sfn-tool'] / max(r for n, r in rate.items() if n != 'sfn-tool')
print(f'cold: {fastest:.0f} times less than the fastest peer (goal 50); '
      f'warm: {through:.0f} times the fastest peer (goal 10)')
SCRIPT
