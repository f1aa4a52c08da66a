#!/usr/bin/env bash
# Measures 'simulate' beside the npm simulator (aws-local-stepfunctions) and moto (PyPI) in one run, by processor time:
# state transitions per second on a loop of Choice and MathAdd, an inline Map over 10,000 items, a cold run of three
# states; and our own cost of a transition with little and with much data that it does not touch.
# Exit 0: measured, or a peer cannot be had here (then the last line says SKIPPED and why). Exit 1: one of them fails.
# The goals are reported, not enforced: machines differ.
source "$(dirname "$0")/../opening.bash"

command -v python3 >/dev/null || skipped "there is no python3"
npm_packages aws-local-stepfunctions@3.0.0
# moto is slow, and only the ratio to the npm simulator is a goal: it is measured where it can be had.
if python_packages 'moto[stepfunctions]==5.2.5' boto3; then
    moto=$scratch/venv/bin/python
else
    moto=
    echo "without moto: $why"
fi
release_build

# Prints the processor time in seconds of running a definition, once warm.
cat >"$scratch/peer.mjs" <<'SCRIPT'
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
const { StateMachine } = createRequire(import.meta.url)('aws-local-stepfunctions');
const machine = new StateMachine(JSON.parse(readFileSync(process.argv[2], 'utf8')));
const input = JSON.parse(readFileSync(process.argv[3], 'utf8'));
const warm = JSON.parse(readFileSync(process.argv[4], 'utf8'));
await machine.run(warm).result;
const begin = process.cpuUsage();
await machine.run(input).result;
const spent = process.cpuUsage(begin);
console.log((spent.user + spent.system) / 1e6);
SCRIPT
cat >"$scratch/peer.py" <<'SCRIPT'
import json, os, sys, time
os.environ.update(AWS_ACCESS_KEY_ID='x', AWS_SECRET_ACCESS_KEY='x', AWS_DEFAULT_REGION='us-east-1')
import boto3
from moto import mock_aws
definition, inputs = open(sys.argv[1]).read(), [open(path).read() for path in sys.argv[2:]]
with mock_aws(config={'stepfunctions': {'execute_state_machine': True}}):
    client = boto3.client('stepfunctions')
    machine = client.create_state_machine(name='m', definition=definition,
                                          roleArn='arn:aws:iam::123456789012:role/r')['stateMachineArn']
    for number, text in enumerate(inputs):
        begin = time.process_time()
        arn = client.start_execution(stateMachineArn=machine, name=f'e{number}', input=text)['executionArn']
        while (status := client.describe_execution(executionArn=arn)['status']) == 'RUNNING':
            time.sleep(0.5)
        spent = time.process_time() - begin
        if status != 'SUCCEEDED':
            sys.exit(f'moto: {status}')
print(spent)
SCRIPT

TOOL=$tool SCRATCH=$scratch MOTO=$moto python3 - <<'SCRIPT'
import json, os, resource, subprocess, sys

tool, scratch, moto = os.environ['TOOL'], os.environ['SCRATCH'], os.environ['MOTO']

def write(name, value):
    path = os.path.join(scratch, name)
    with open(path, 'w') as file:
        json.dump(value, file)
    return path

def cpu():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime

def run(command, stdout=subprocess.PIPE):
    # The npm simulator's command reads its input from stdin.
    done = subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, text=True, cwd=scratch, input='{}')
    if done.returncode != 0:
        sys.exit(f'FAILED: {" ".join(command[:2])} exits with {done.returncode}: {done.stderr or done.stdout}')
    return done.stdout

def spent(command, times=1):
    before = cpu()
    for _ in range(times):
        run(command, subprocess.DEVNULL)
    return (cpu() - before) / times

def ours(definition, given, *more):
    return [tool, 'simulate', definition, '--input', given, '--max-events', 'none', *more]

NO_HISTORY, HISTORY = ['--no-history'], ['--format', 'json']

# A turn is a Choice and a Pass, whose MathAdd counts; the input says how many turns.
loop = write('loop.asl.json', {'StartAt': 'Check', 'States': {
    'Check': {'Type': 'Choice', 'Default': 'Done',
              'Choices': [{'Variable': '$.n', 'NumericLessThanPath': '$.turns', 'Next': 'Add'}]},
    'Add': {'Type': 'Pass', 'Parameters': {'n.$': 'States.MathAdd($.n, 1)', 'turns.$': '$.turns'}, 'Next': 'Check'},
    'Done': {'Type': 'Succeed'}}})
turns = lambda number: write(f'turns-{number}.json', {'n': 0, 'turns': number})
each = write('map.asl.json', {'StartAt': 'M', 'States': {'M': {'Type': 'Map', 'End': True, 'ItemProcessor': {
    'StartAt': 'P', 'States': {'P': {'Type': 'Pass', 'End': True}}}}}})
items = lambda number: write(f'items-{number}.json', list(range(number)))
three = write('three.asl.json', {'StartAt': 'A', 'States': {
    'A': {'Type': 'Pass', 'Next': 'B'}, 'B': {'Type': 'Pass', 'Next': 'C'}, 'C': {'Type': 'Succeed'}}})
empty = write('empty.json', {})
# The same loop with a member beside the count that no state looks at.
beside = write('beside.asl.json', {'StartAt': 'Check', 'States': {
    'Check': {'Type': 'Choice', 'Default': 'Done',
              'Choices': [{'Variable': '$.count.n', 'NumericLessThan': 500_000, 'Next': 'Add'}]},
    'Add': {'Type': 'Pass', 'Parameters': {'n.$': 'States.MathAdd($.count.n, 1)'}, 'ResultPath': '$.count',
            'Next': 'Check'},
    'Done': {'Type': 'Succeed'}}})
data = lambda size: write(f'data-{size}.json', {'count': {'n': 0}, 'data': ['x' * 97] * (size // 100)})

cold = {'ours': spent([tool, 'simulate', three, '--input', empty, *HISTORY], 20),
        'npm': spent(['node', 'node_modules/.bin/local-sfn', '-f', three], 3)}
rate = {'without history': 2_000_000 / (spent(ours(loop, turns(1_000_000), *NO_HISTORY)) - cold['ours']),
        'with history': 1_000_000 / (spent(ours(loop, turns(500_000), *HISTORY)) - cold['ours'])}
mapped = {'ours': spent(ours(each, items(10_000), *HISTORY), 5)}
npm = lambda definition, given, warm: float(run(['node', 'peer.mjs', definition, given, warm]))
rate['npm'] = 4_000 / npm(loop, turns(2_000), turns(200))
mapped['npm'] = npm(each, items(10_000), items(100))
if moto:
    peer = lambda definition, *given: float(run([moto, 'peer.py', definition, *given]))
    cold['moto'] = spent([moto, 'peer.py', three, empty])
    rate['moto'] = 400 / peer(loop, turns(10), turns(200))
    # 10,000 items take it a minute and more: the time of fewer is taken times their share.
    mapped['moto'] = peer(each, items(10), items(250)) * 40
per = {size: spent(ours(beside, data(size), *NO_HISTORY)) / 1_000_000 for size in (1_000, 200_000)}

print(f"{'':24}{'transitions/s':>16}{'Map of 10,000, s':>20}{'cold run, ms':>16}")
print(f"{'ours, without history':24}{rate['without history']:16,.0f}")
print(f"{'ours, with history':24}{rate['with history']:16,.0f}{mapped['ours']:20.3f}{cold['ours'] * 1000:16.1f}")
for name in ('npm', 'moto'):
    if name in rate:
        print(f"{name:24}{rate[name]:16,.0f}{mapped[name]:20.3f}{cold[name] * 1000:16.1f}")
for what, reached, goal in [
    ('transitions without history', rate['without history'] / rate['npm'], 300),
    ('transitions with history', rate['with history'] / rate['npm'], 150),
    ('inline Map over 10,000 items', mapped['npm'] / mapped['ours'], 60),
    ('cold run of three states', cold['npm'] / cold['ours'], 100),
]:
    print(f"{what}: {reached:.0f} times the npm simulator (goal {goal})")
print(f"a transition with 200 KB of untouched data costs {per[200_000] / per[1_000]:.2f} times what it costs with 1 KB"
      f" ({per[200_000] * 1e9:.0f} and {per[1_000] * 1e9:.0f} ns; goal 1)")
SCRIPT
