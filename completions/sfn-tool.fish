# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_sfn_tool_global_optspecs
    string join \n color= q/quiet v/verbose h/help V/version
end

function __fish_sfn_tool_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_sfn_tool_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_sfn_tool_using_subcommand
    set -l cmd (__fish_sfn_tool_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -l color -d 'When to colour: always, never, or when stdout is a terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -s q -l quiet -d 'Say nothing about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -s v -l verbose -d 'Say more about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -s V -l version -d 'Print version'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "validate" -d 'Check definitions as AWS does before it takes them'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "lint" -d 'Find what AWS accepts and its users regret'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "diff" -d 'Compare what two definitions mean'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "simulate" -d 'Run an execution on a virtual clock, with the answers of its tasks given'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "test" -d 'Run the cases of test files: executions with mocked tasks, compared with what is expected of them'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "test-state" -d 'Run one state, with a mocked result or error, and show its data after each step'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "explore" -d 'Try every combination of task outcomes: results, each error that somebody names, one that nobody names, timeouts'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "mocks" -d 'Make mocks of what happened'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "eval" -d 'Evaluate an expression on an input'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "inspect" -d 'Show a definition\'s states, the paths and variables they read, and the tasks they call'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "graph" -d 'Draw a definition: states, nested scopes, conditions, catchers and retriers'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "fmt" -d 'Put definitions into their canonical form: indentation and the order of fields'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "explain" -d 'Explain a lint rule or a code of validate; without one, list them'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "completions" -d 'Print completions for a shell'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "man" -d 'Print a manual page (sfn-tool man | man -l -)'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l stdin-filename -d 'The name that findings in stdin are shown under' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l define -d 'Put VALUE in the place of ${NAME}' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l substitutions -d 'A JSON or YAML object with a value for each placeholder\'s name; --define counts before it' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l type -d 'The type of state machine that the definitions are for, where no template says it' -r -f -a "standard\t'Durable, exactly once, up to a year'
express\t'Short, many, up to five minutes'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l max-results -d 'Show at most N findings a definition' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l severity -d 'Show findings from this severity on' -r -f -a "error\t'Errors only'
warning\t'Warnings and errors'
info\t'Everything'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l format -d 'How findings are printed' -r -f -a "text\t'Each finding with the line it is about, for people'
concise\t'One line a finding: file:line:column: severity[code] message'
json\t'Everything there is to say, as ValidateStateMachineDefinition says it, with places and fixes'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Annotations of GitHub Actions'
junit\t'JUnit\'s XML, for test reports'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l color -d 'When to colour: always, never, or when stdout is a terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l exit-zero -d 'Exit with 0 whatever was found'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -s q -l quiet -d 'Say nothing about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -s v -l verbose -d 'Say more about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -s V -l version -d 'Print version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l stdin-filename -d 'The name that findings in stdin are shown under' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l define -d 'Put VALUE in the place of ${NAME}' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l substitutions -d 'A JSON or YAML object with a value for each placeholder\'s name; --define counts before it' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l select -d 'Run these rules only: names, groups (flow, errors, time, data, practice), default, pedantic or all' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l extend-select -d 'Run these rules as well' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l ignore -d 'Do not run these rules' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l type -d 'The type of state machine that the definitions are for' -r -f -a "standard\t'Durable, exactly once, up to a year'
express\t'Short, many, up to five minutes'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l config -d 'Read this configuration instead of the sfn-tool.toml in a file\'s folder or above' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l baseline -d 'Leave out the findings that this file knows' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l write-baseline -d 'Write a baseline with all findings of now' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l fail-on -d 'Exit with 1 from this severity on' -r -f -a "error\t'Errors only'
warning\t'Warnings and errors'
info\t'Everything'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l format -d 'How findings are printed' -r -f -a "text\t'Each finding with the line it is about, for people'
concise\t'One line a finding: file:line:column: severity[code] message'
json\t'Everything there is to say, as ValidateStateMachineDefinition says it, with places and fixes'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Annotations of GitHub Actions'
junit\t'JUnit\'s XML, for test reports'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l color -d 'When to colour: always, never, or when stdout is a terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l isolated -d 'Read no sfn-tool.toml'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l show-config -d 'Print what holds for the first file, as a sfn-tool.toml, and lint nothing'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l fix -d 'Mend what can be mended safely, in the files'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l diff -d 'Show what --fix would change, and change nothing'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l unsafe-fixes -d 'Let --fix and --diff take fixes that somebody should look at, too'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l statistics -d 'Count the findings of each rule'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l exit-zero -d 'Exit with 0 whatever was found'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -s q -l quiet -d 'Say nothing about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -s v -l verbose -d 'Say more about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -s V -l version -d 'Print version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l define -d 'Put VALUE in the place of ${NAME}' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l substitutions -d 'A JSON or YAML object with a value for each placeholder\'s name; --define counts before it' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l old-type -d 'The type of the old state machine, which its definition does not say' -r -f -a "standard\t'Durable, exactly once, up to a year'
express\t'Short, many, up to five minutes'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l new-type -d 'The type of the new state machine [default: that of the old]' -r -f -a "standard\t'Durable, exactly once, up to a year'
express\t'Short, many, up to five minutes'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l simulate -d 'Run the inputs in DIR (NAME.input.json, with NAME.mocks.yaml beside it) on both, and show where the histories part' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l format -d 'How changes are printed' -r -f -a "text\t'For people: a line a change, by state'
json\t'Everything, for programs'
markdown\t'For pull requests: a table, the changes by state, a folded graph'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l color -d 'When to colour: always, never, or when stdout is a terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l all -d 'Show cosmetic changes as well'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l exit-code -d 'As git\'s diff driver: exit with 1 when there are differences'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l textconv -d 'Print the canonical form of one definition: what means the same has the same text (git\'s textconv)'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -s q -l quiet -d 'Say nothing about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -s v -l verbose -d 'Say more about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -s V -l version -d 'Print version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l stdin-filename -d 'The name that findings in stdin are shown under' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l define -d 'Put VALUE in the place of ${NAME}' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l substitutions -d 'A JSON or YAML object with a value for each placeholder\'s name; --define counts before it' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l input -d 'The execution\'s input: a file with JSON or YAML, or - for stdin' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l input-json -d 'The execution\'s input as JSON text' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l type -d 'The type of the state machine [default: a template\'s, otherwise standard]' -r -f -a "standard\t'Durable, exactly once, up to a year'
express\t'Short, many, up to five minutes'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l mocks -d 'What the tasks answer: the tool\'s own form, or Step Functions Local\'s MockConfigFile.json' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l test-case -d 'The test case of a MockConfigFile.json' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l replay -d 'Run it with what happened: input, start and answers of this history, as `aws stepfunctions get-execution-history` prints it; tells where it parts from that. --mocks answers what the history does not' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l execution-name -d 'The execution\'s name' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l state-machine-name -d 'The state machine\'s name [default: the file\'s name]' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l start-time -d 'When the execution starts: an RFC 3339 time, or now' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l role-arn -d 'The execution role [default: one named after the state machine]' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l account -d 'The account in ARNs' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l region -d 'The region in ARNs and of tasks' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l seed -d 'Where jitter, States.MathRandom, States.UUID and task tokens come from' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l max-events -d 'Most events in the history: a number, or none [default: 25000 for Standard, as on AWS]' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l write-mocks -d 'Write a mock file with every task to FILE (- for stdout), and run nothing' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l expect-status -d 'Exit with 0 only if the execution ends so, with 1 otherwise' -r -f -a "succeeded\t'It came to its end'
failed\t'An error that nothing caught'
timed_out\t'It ran longer than it may'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l expect-output -d 'Exit with 0 only if the execution succeeds with the output in FILE (JSON or YAML), with 1 otherwise' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l html -d 'Also write a page to FILE (- for stdout, in place of the trace): graph, timeline, and each state\'s data' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l memory-mb -d 'The memory of Express executions in MB, for their cost [default: 64]' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l config -d 'The configuration with the prices, instead of the nearest sfn-tool.toml' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l format -d 'How the execution is shown' -r -f -a "text\t'What happened, for people'
json\t'Status, output and events'
history\t'What `aws stepfunctions get-execution-history` prints'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l color -d 'When to colour: always, never, or when stdout is a terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l no-validate -d 'Run the definition as far as it goes, whatever AWS would say of it'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l no-history -d 'Keep no events: only the outcome is shown, and long runs take no memory'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l cost -d 'Say what is billed, and what a million such executions cost'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l full -d 'Show inputs and outputs whole'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -s q -l quiet -d 'Say nothing about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -s v -l verbose -d 'Say more about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -s V -l version -d 'Print version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l filter -d 'Only cases whose file and name, `FILE: NAME`, contain TEXT; may be given more than once' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l coverage-lcov -d 'Write that to FILE as LCOV\'s tracefile: lines are states, branches their transitions' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l coverage-json -d 'Write that to FILE as JSON, which `graph --highlight` draws' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l fail-under -d 'Exit with 1 when less than PERCENT of all states, transitions and retriers was taken' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l format -d 'How verdicts are printed' -r -f -a "text\t'A line a case, and of failures what was expected, what came, and the trace around it'
json\t'Everything there is to say'
junit\t'JUnit\'s XML, for test reports'
github\t'Annotations of GitHub Actions'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l color -d 'When to colour: always, never, or when stdout is a terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l list -d 'List the cases, and run none'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l fail-fast -d 'Stop after the first case, in their order, that is not as expected'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l watch -d 'Run again whenever a test file, or a file that it names, changes'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l update -d 'Write snapshots that are not as expected anew, and show what changes'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l coverage -d 'Show how much of each definition the cases took, and what they never took'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l full -d 'Show traces, inputs and outputs whole'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -s q -l quiet -d 'Say nothing about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -s v -l verbose -d 'Say more about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -s V -l version -d 'Print version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l state-name -d 'The state of the machine, at any depth' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l input -d 'The state\'s input, a JSON or YAML file; {} without it' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l input-json -d 'The state\'s input as JSON text' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l inspection-level -d 'How much is shown of the data on its way' -r -f -a "info\t'The outcome alone'
debug\t'The data after each step, too'
trace\t'As debug'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l mock -d 'What the task, Map or Parallel gives: a file with {"result": "..."} or {"errorOutput": {"error", "cause"}}' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l variables -d 'The variables before the state, a file with an object: names without $' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l context -d 'The whole context object, a file with an object' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l state-configuration -d 'A file with retrierRetryCount, errorCausedByState, mapIterationFailureCount, mapItemReaderData' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l role-arn -d 'The execution role, which a Task without a mock needs and the context object names' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l format -d 'How the answer is printed' -r -f -a "text\t'For people'
json\t'TestState\'s response, or {"exception": {"code", "message"}}'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l color -d 'When to colour: always, never, or when stdout is a terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l reveal-secrets -d 'Refused with a mock, as AWS does; there are no secrets to reveal'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -s q -l quiet -d 'Say nothing about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -s v -l verbose -d 'Say more about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -s V -l version -d 'Print version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l stdin-filename -d 'The name that findings in stdin are shown under' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l define -d 'Put VALUE in the place of ${NAME}' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l substitutions -d 'A JSON or YAML object with a value for each placeholder\'s name; --define counts before it' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l input -d 'The execution\'s input: a file with JSON or YAML, or - for stdin' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l input-json -d 'The execution\'s input as JSON text' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l type -d 'The type of the state machine [default: a template\'s, otherwise standard]' -r -f -a "standard\t'Durable, exactly once, up to a year'
express\t'Short, many, up to five minutes'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l mocks -d 'What the tasks may answer: of a list every entry is tried at every call. Without it, or for a task that it does not name, an answer in the shape that its integration gives' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l test-case -d 'The test case of a MockConfigFile.json' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l start-time -d 'When executions start: an RFC 3339 time' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l max-runs -d 'Most runs' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l max-calls -d 'Most calls in one run' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l max-transitions -d 'Most state transitions in all runs together; a branch or iteration that is there counts as one' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l format -d 'How what was found is shown' -r -f -a "text\t'For people'
json\t'For programs'
test\t'The ways as the cases of a test file, in YAML'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l color -d 'When to colour: always, never, or when stdout is a terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l no-validate -d 'Run the definition as far as it goes, whatever AWS would say of it'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l exit-zero -d 'Exit with 0 whatever was found'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -s q -l quiet -d 'Say nothing about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -s v -l verbose -d 'Say more about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -s V -l version -d 'Print version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and not __fish_seen_subcommand_from from-history help" -l color -d 'When to colour: always, never, or when stdout is a terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and not __fish_seen_subcommand_from from-history help" -s q -l quiet -d 'Say nothing about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and not __fish_seen_subcommand_from from-history help" -s v -l verbose -d 'Say more about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and not __fish_seen_subcommand_from from-history help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and not __fish_seen_subcommand_from from-history help" -s V -l version -d 'Print version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and not __fish_seen_subcommand_from from-history help" -f -a "from-history" -d 'Print the answers that an execution\'s tasks gave, as a mock file'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and not __fish_seen_subcommand_from from-history help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l definition -d 'The definition: the mocks are tried on it, and their delays made to fit' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l define -d 'Put VALUE in the place of ${NAME}' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l substitutions -d 'A JSON or YAML object with a value for each placeholder\'s name; --define counts before it' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l write-test -d 'Write a test file with the execution as its case' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l write-input -d 'Write the execution\'s input, as it was sent' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l type -d 'The type of the state machine [default: what the history says, or standard]' -r -f -a "standard\t'Durable, exactly once, up to a year'
express\t'Short, many, up to five minutes'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l execution-name -d 'The execution\'s name, where the history does not say' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l state-machine-name -d 'The state machine\'s name, where the history does not say' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l format -d 'How the mock file is written' -r -f -a "yaml\t'YAML'
json\t'JSON'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l color -d 'When to colour: always, never, or when stdout is a terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -s q -l quiet -d 'Say nothing about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -s v -l verbose -d 'Say more about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -s V -l version -d 'Print version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from help" -f -a "from-history" -d 'Print the answers that an execution\'s tasks gave, as a mock file'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -l expression-file -d 'Read the expression from a file' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -l language -d 'The language of the expression' -r -f -a "jsonata\t'JSONata with Step Functions\' functions'
jsonpath\t'A path: $.a, $$.Execution.Id, $variable'
intrinsic\t'A call of an intrinsic function: States.Format(\'{}\', $.a)'
template\t'A payload template, JSON with keys that end in .$'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -l input -d 'The input document, a JSON or YAML file, or - for stdin' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -l input-json -d 'The input document as JSON text' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -l variables -d 'The variables, a JSON or YAML file with an object: names without $' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -l context -d 'The context object, a JSON or YAML file: what $$ stands for in JSONPath' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -l seed -d 'Seed of random numbers' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -l format -d 'How the result is printed' -r -f -a "text\t'The value, indented, or the mistake in its place'
json\t'{"result": ...}, {"undefined": true} or {"error": {"code", "message", "position"}}'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -l color -d 'When to colour: always, never, or when stdout is a terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -l aws -d 'Evaluate JSONata as a state of AWS does: the input is $states.input, bare names are refused, AWS\'s bounds hold'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -s q -l quiet -d 'Say nothing about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -s v -l verbose -d 'Say more about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -s V -l version -d 'Print version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand inspect" -l format -d 'How it is printed' -r -f -a "text\t'For people: one block a state'
json\t'For programs; variableReferences is as DescribeStateMachine gives it'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand inspect" -l color -d 'When to colour: always, never, or when stdout is a terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand inspect" -s q -l quiet -d 'Say nothing about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand inspect" -s v -l verbose -d 'Say more about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand inspect" -s V -l version -d 'Print version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -l format -d 'What it is drawn as' -r -f -a "text\t'An outline for a terminal'
mermaid\t'A state diagram that GitHub, GitLab and many editors draw'
dot\t'For graphviz'
svg\t'A picture for browsers, light or dark as the page is'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -l focus -d 'Show only this state and its neighbours' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -l highlight -d 'Mark what an execution did, the JSON of `simulate` or of `aws stepfunctions get-execution-history`; or what all cases did, that of `test --coverage-json`' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -l define -d 'Put VALUE in the place of ${NAME}' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -l substitutions -d 'A JSON or YAML object with a value for each placeholder\'s name; --define counts before it' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -l color -d 'When to colour: always, never, or when stdout is a terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -l lint -d 'Mark what lint finds, as the nearest sfn-tool.toml configures it'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -s q -l quiet -d 'Say nothing about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -s v -l verbose -d 'Say more about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -s V -l version -d 'Print version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -l stdin-filename -d 'What stdin is called; its name tells JSON and YAML apart' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -l color -d 'When to colour: always, never, or when stdout is a terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -l check -d 'Write nothing, name the files that would change, and exit with 1 if there are any'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -l diff -d 'Write nothing, show what would change, and exit with 1 if anything would'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -l stdout -d 'Write the canonical form to stdout, not into the file'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -s q -l quiet -d 'Say nothing about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -s v -l verbose -d 'Say more about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -s V -l version -d 'Print version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explain" -l format -d 'How it is printed; markdown prints all lint rules' -r -f -a "text\t'For the terminal'
markdown\t'docs/rules.md'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explain" -l color -d 'When to colour: always, never, or when stdout is a terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explain" -s q -l quiet -d 'Say nothing about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explain" -s v -l verbose -d 'Say more about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explain" -s V -l version -d 'Print version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand completions" -l color -d 'When to colour: always, never, or when stdout is a terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand completions" -s q -l quiet -d 'Say nothing about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand completions" -s v -l verbose -d 'Say more about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand completions" -s V -l version -d 'Print version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand man" -l color -d 'When to colour: always, never, or when stdout is a terminal' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand man" -s q -l quiet -d 'Say nothing about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand man" -s v -l verbose -d 'Say more about the tool\'s own work'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand man" -s V -l version -d 'Print version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from validate lint diff simulate test test-state explore mocks eval inspect graph fmt explain completions man help" -f -a "validate" -d 'Check definitions as AWS does before it takes them'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from validate lint diff simulate test test-state explore mocks eval inspect graph fmt explain completions man help" -f -a "lint" -d 'Find what AWS accepts and its users regret'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from validate lint diff simulate test test-state explore mocks eval inspect graph fmt explain completions man help" -f -a "diff" -d 'Compare what two definitions mean'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from validate lint diff simulate test test-state explore mocks eval inspect graph fmt explain completions man help" -f -a "simulate" -d 'Run an execution on a virtual clock, with the answers of its tasks given'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from validate lint diff simulate test test-state explore mocks eval inspect graph fmt explain completions man help" -f -a "test" -d 'Run the cases of test files: executions with mocked tasks, compared with what is expected of them'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from validate lint diff simulate test test-state explore mocks eval inspect graph fmt explain completions man help" -f -a "test-state" -d 'Run one state, with a mocked result or error, and show its data after each step'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from validate lint diff simulate test test-state explore mocks eval inspect graph fmt explain completions man help" -f -a "explore" -d 'Try every combination of task outcomes: results, each error that somebody names, one that nobody names, timeouts'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from validate lint diff simulate test test-state explore mocks eval inspect graph fmt explain completions man help" -f -a "mocks" -d 'Make mocks of what happened'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from validate lint diff simulate test test-state explore mocks eval inspect graph fmt explain completions man help" -f -a "eval" -d 'Evaluate an expression on an input'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from validate lint diff simulate test test-state explore mocks eval inspect graph fmt explain completions man help" -f -a "inspect" -d 'Show a definition\'s states, the paths and variables they read, and the tasks they call'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from validate lint diff simulate test test-state explore mocks eval inspect graph fmt explain completions man help" -f -a "graph" -d 'Draw a definition: states, nested scopes, conditions, catchers and retriers'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from validate lint diff simulate test test-state explore mocks eval inspect graph fmt explain completions man help" -f -a "fmt" -d 'Put definitions into their canonical form: indentation and the order of fields'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from validate lint diff simulate test test-state explore mocks eval inspect graph fmt explain completions man help" -f -a "explain" -d 'Explain a lint rule or a code of validate; without one, list them'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from validate lint diff simulate test test-state explore mocks eval inspect graph fmt explain completions man help" -f -a "completions" -d 'Print completions for a shell'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from validate lint diff simulate test test-state explore mocks eval inspect graph fmt explain completions man help" -f -a "man" -d 'Print a manual page (sfn-tool man | man -l -)'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from validate lint diff simulate test test-state explore mocks eval inspect graph fmt explain completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and __fish_seen_subcommand_from mocks" -f -a "from-history" -d 'Print the answers that an execution\'s tasks gave, as a mock file'
