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

complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "check" -d 'Validate and lint all state machines of a project'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "simulate" -d 'Run an execution on a virtual clock, with mocked task results'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "test" -d 'Run test files: executions with mocks, against expectations'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "explore" -d 'Try every combination of task outcomes, and report what can go wrong'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "diff" -d 'Compare what two definitions do'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "graph" -d 'Draw a definition: an outline, svg, mermaid, dot or data'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "fmt" -d 'Format definitions: indentation and field order'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "explain" -d 'Explain a lint rule or a validation code, or list them all'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "validate" -d 'Check whether AWS would accept definitions'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "lint" -d 'Find problems in definitions that AWS accepts'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "test-state" -d 'Run one state, as AWS\'s TestState does, with a mocked result'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "mocks" -d 'Create mocks from recorded executions'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "eval" -d 'Evaluate an expression against an input'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "inspect" -d 'Show the states of a definition, what they read and what they call'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "serve" -d 'Serve the API of Step Functions, with mocked task results'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "lsp" -d 'Serve editors (Language Server Protocol)'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "mcp" -d 'Serve the commands to coding agents (Model Context Protocol)'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "schema" -d 'Print the JSON Schema of definitions, or of the tool\'s files'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "completions" -d 'Print completions for a shell'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "man" -d 'Print a manual page (sfn-tool man | man -l -)'
complete -c sfn-tool -n "__fish_sfn_tool_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l stdin-filename -d 'The file name to report for stdin' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l define -d 'Replace ${NAME} with VALUE' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l substitutions -d 'A JSON or YAML file that maps placeholder names to values; --define takes precedence' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l include -d 'In folders, look only at files that match PATTERN' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l exclude -d 'In folders, leave out what matches PATTERN' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l config -d 'Use this configuration file instead of the nearest sfn-tool.toml' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l severity -d 'Show findings of this severity and above' -r -f -a "error\t'Errors only'
warning\t'Warnings and errors'
info\t'Everything'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l schema -d 'Also check definitions against a JSON Schema' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l select -d 'Run only these rules: names, groups (flow, errors, time, data, practice), default, pedantic or all' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l extend-select -d 'Run these rules as well' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l ignore -d 'Do not run these rules' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l type -d 'The state machine type to check against' -r -f -a "standard\t'Durable, exactly-once executions of up to one year'
express\t'High-volume executions of up to five minutes'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l baseline -d 'Leave out findings that are recorded in this baseline' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l write-baseline -d 'Record all current findings in a new baseline' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l fail-on -d 'Exit with status 1 on findings of this severity and above' -r -f -a "error\t'Errors only'
warning\t'Warnings and errors'
info\t'Everything'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l format -d 'Output format' -r -f -a "text\t'Each finding with its source line, for people'
concise\t'One line per finding: file:line:column: severity[code] message'
json\t'All details, in the form of ValidateStateMachineDefinition\'s response, with locations and fixes'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'GitHub Actions annotations'
gitlab\t'GitLab\'s code quality report'
junit\t'JUnit XML, for test reports'
markdown\t'A table, for job summaries and comments'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l max-results -d 'Print at most N findings per file, or none for no limit [default: 100 in text, no limit in other formats]' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l fragment -d 'Accept a part of a state machine: one state, or several without StartAt and States around them'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l allow-outside -d 'Also read files outside the repository that a template, test file, mock file or configuration names'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l force-exclude -d 'Leave out what is excluded even if it is named, for hooks that name every file'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l isolated -d 'Ignore every sfn-tool.toml'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l show-files -d 'List the files with state machines, without checking them'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l show-config -d 'Print the effective configuration of the first file, as an sfn-tool.toml, without linting'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l fix -d 'Apply safe fixes to the files'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l diff -d 'Show what --fix would change, without writing'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l unsafe-fixes -d 'Let --fix and --diff also apply fixes that need review'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l statistics -d 'Show the number of findings per rule'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l causes -d 'In JSON, leave out findings that follow from others, as the other formats do'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l exit-zero -d 'Exit with status 0 whatever is found'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -l fail-on-unread -d 'Exit with status 1 when a definition was not read'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand check" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l stdin-filename -d 'The file name to report for stdin' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l define -d 'Replace ${NAME} with VALUE' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l substitutions -d 'A JSON or YAML file that maps placeholder names to values; --define takes precedence' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l input -d 'The execution\'s input, JSON or YAML; - for stdin' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l input-json -d 'The execution\'s input as JSON text [default: {}]' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l type -d 'The type of the state machine [default: a template\'s, otherwise standard]' -r -f -a "standard\t'Durable, exactly-once executions of up to one year'
express\t'High-volume executions of up to five minutes'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l mocks -d 'Mocked task results: a mock file, or Step Functions Local\'s MockConfigFile.json' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l test-case -d 'The test case of a MockConfigFile.json' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l replay -d 'Replay a recorded history, and report where the run diverges from it' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l execution-name -d 'The execution\'s name' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l state-machine-name -d 'The state machine\'s name [default: the file\'s name]' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l start-time -d 'The execution\'s start time: an RFC 3339 time, or now' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l role-arn -d 'The execution role [default: one named after the state machine]' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l account -d 'The account ID in ARNs' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l region -d 'The region in ARNs and for tasks' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l seed -d 'Seed for jitter, States.MathRandom, States.UUID and task tokens' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l max-events -d 'Maximum number of events in the history, or none [default: 25000 for Standard, as on AWS]' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l write-mocks -d 'Write mocks for every task to FILE (- for stdout), without running' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l write-input -d 'Write an input with what the states read to FILE (- for stdout)' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l expect-status -d 'Exit with status 1 unless the execution ends with this status' -r -f -a "succeeded\t'It completed'
failed\t'It failed with an error that was not caught'
timed_out\t'It exceeded its timeout'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l expect-output -d 'Exit with status 1 unless it succeeds with the output in FILE' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l html -d 'Write an HTML page to FILE: graph, timeline, each state\'s data' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l memory-mb -d 'Memory of Express executions in MB, for the cost [default: 64]' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l config -d 'Configuration file with the prices, instead of the nearest sfn-tool.toml' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l format -d 'Output format' -r -f -a "text\t'A trace, for people'
json\t'Status, output and events'
history\t'What `aws stepfunctions get-execution-history` prints'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l fragment -d 'Accept a part of a state machine: one state, or several without StartAt and States around them'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l allow-outside -d 'Also read files outside the repository that a template, test file, mock file or configuration names'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l no-validate -d 'Run the definition even if AWS would reject it'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l sync -d 'Run an Express execution as StartSyncExecution does: its context object has no RedriveCount'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l force -d 'Overwrite existing files'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l no-history -d 'Keep no events: show only the outcome, and save memory in long runs'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l cost -d 'Show what is billed, also for a million runs'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -l full -d 'Show inputs and outputs in full, and every item of a Map'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand simulate" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l filter -d 'Run only cases whose `FILE: NAME` contains TEXT; may be repeated' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l coverage-lcov -d 'Write the coverage to FILE as an LCOV tracefile: lines are states, branches their transitions' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l coverage-json -d 'Write the coverage to FILE as JSON, for `graph --highlight`' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l html -d 'Also write an HTML page to FILE (- for stdout, instead of the verdicts): every case as a graph, a timeline and each state\'s data, and the coverage of all of them' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l fail-under -d 'Exit with status 1 if less than PERCENT of all states, transitions and retriers is covered' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l format -d 'Output format' -r -f -a "text\t'One line per case; for failures also what was expected, what happened, and the trace around it'
json\t'All details'
junit\t'JUnit XML, for test reports'
github\t'GitHub Actions annotations'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l list -d 'List the cases without running them'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l fail-fast -d 'Stop after the first case that fails, in order'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l watch -d 'Rerun whenever a test file or a file it refers to changes'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l update -d 'Update snapshots that differ, and show the changes'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l coverage -d 'Show how much of each definition the cases covered, and what they missed'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l full -d 'Show traces, inputs and outputs in full'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -l allow-outside -d 'Also read files outside the repository that a template, test file, mock file or configuration names'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l stdin-filename -d 'The file name to report for stdin' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l define -d 'Replace ${NAME} with VALUE' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l substitutions -d 'A JSON or YAML file that maps placeholder names to values; --define takes precedence' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l input -d 'The execution\'s input, JSON or YAML; - for stdin' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l input-json -d 'The execution\'s input as JSON text [default: {}]' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l type -d 'The type of the state machine [default: a template\'s, otherwise standard]' -r -f -a "standard\t'Durable, exactly-once executions of up to one year'
express\t'High-volume executions of up to five minutes'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l mocks -d 'Possible task results: every entry of a list is tried at every call. A task without a mock returns a result in the shape of its integration' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l test-case -d 'The test case of a MockConfigFile.json' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l start-time -d 'The executions\' start time: an RFC 3339 time' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l max-runs -d 'Maximum number of runs' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l max-calls -d 'Maximum number of calls in one run' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l max-transitions -d 'Maximum number of state transitions in all runs together; each active branch or iteration counts as one' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l format -d 'Output format' -r -f -a "text\t'For people'
json\t'For programs'
test\t'The paths as the cases of a test file, in YAML'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l fragment -d 'Accept a part of a state machine: one state, or several without StartAt and States around them'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l allow-outside -d 'Also read files outside the repository that a template, test file, mock file or configuration names'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l no-validate -d 'Run the definition even if AWS would reject it'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -l exit-zero -d 'Exit with status 0 whatever is found'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explore" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l define -d 'Replace ${NAME} with VALUE' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l substitutions -d 'A JSON or YAML file that maps placeholder names to values; --define takes precedence' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l old-type -d 'The type of the old state machine' -r -f -a "standard\t'Durable, exactly-once executions of up to one year'
express\t'High-volume executions of up to five minutes'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l new-type -d 'The type of the new state machine [default: same as the old]' -r -f -a "standard\t'Durable, exactly-once executions of up to one year'
express\t'High-volume executions of up to five minutes'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l simulate -d 'Run the inputs in DIR (NAME.input.json, with NAME.mocks.yaml beside it) on both, and show where the histories diverge' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l format -d 'Output format' -r -f -a "text\t'For people: one line per change, by state'
json\t'Everything, for programs'
markdown\t'For pull requests: a table, the changes by state, and a collapsed graph'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l html -d 'Also write an HTML page to FILE (- for stdout, instead of the changes): both graphs side by side, with what changed marked' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l fragment -d 'Accept a part of a state machine: one state, or several without StartAt and States around them'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l allow-outside -d 'Also read files outside the repository that a template, test file, mock file or configuration names'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l all -d 'Show cosmetic changes as well'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l exit-code -d 'As a git diff driver: exit with status 1 if there are differences'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -l textconv -d 'Print one definition in canonical form, so that equivalent definitions have the same text (for git textconv)'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand diff" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -l format -d 'Output format' -r -f -a "text\t'An outline for a terminal'
mermaid\t'A state diagram that GitHub, GitLab and many editors draw'
dot\t'For Graphviz'
svg\t'An image for browsers, light or dark like the page'
json\t'States and transitions, for programs'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -l focus -d 'Show only this state and its neighbours' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -l highlight -d 'Highlight the path of an execution, given as JSON by `simulate` or `aws stepfunctions get-execution-history`; or the coverage that `test --coverage-json` writes' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -l define -d 'Replace ${NAME} with VALUE' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -l substitutions -d 'A JSON or YAML file that maps placeholder names to values; --define takes precedence' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -l lint -d 'Mark lint findings, as configured by the nearest sfn-tool.toml'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -l fragment -d 'Accept a part of a state machine: one state, or several without StartAt and States around them'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -l allow-outside -d 'Also read files outside the repository that a template, test file, mock file or configuration names'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand graph" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -l format -d 'Output format of the report' -r -f -a "text\t'The names of files'
json\t'Every file, and whether it changes'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -l stdin-filename -d 'The file name to use for stdin; its extension tells JSON from YAML' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -l include -d 'In folders, look only at files that match PATTERN' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -l exclude -d 'In folders, leave out what matches PATTERN' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -l config -d 'Use this configuration file instead of the nearest sfn-tool.toml' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -l check -d 'List the files that would change, without writing, and exit with status 1 if there are any'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -l diff -d 'Show what would change, without writing, and exit with status 1 if anything would'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -l stdout -d 'Write the result to stdout instead of the file'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -l force-exclude -d 'Leave out what is excluded even if it is named, for hooks that name every file'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -l isolated -d 'Ignore every sfn-tool.toml'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -l allow-outside -d 'Also read files outside the repository that a template, test file, mock file or configuration names'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand fmt" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explain" -l format -d 'Output format' -r -f -a "text\t'For people'
markdown\t'A page of the documentation; without a name docs/rules.md'
json\t'For programs'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explain" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explain" -l web -d 'Print the address of its documentation page'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explain" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explain" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explain" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand explain" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l stdin-filename -d 'The file name to report for stdin' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l define -d 'Replace ${NAME} with VALUE' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l substitutions -d 'A JSON or YAML file that maps placeholder names to values; --define takes precedence' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l include -d 'In folders, look only at files that match PATTERN' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l exclude -d 'In folders, leave out what matches PATTERN' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l config -d 'Use this configuration file instead of the nearest sfn-tool.toml' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l type -d 'The state machine type to check against, unless the template sets it' -r -f -a "standard\t'Durable, exactly-once executions of up to one year'
express\t'High-volume executions of up to five minutes'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l severity -d 'Show findings of this severity and above' -r -f -a "error\t'Errors only'
warning\t'Warnings and errors'
info\t'Everything'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l schema -d 'Also check definitions against a JSON Schema' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l format -d 'Output format' -r -f -a "text\t'Each finding with its source line, for people'
concise\t'One line per finding: file:line:column: severity[code] message'
json\t'All details, in the form of ValidateStateMachineDefinition\'s response, with locations and fixes'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'GitHub Actions annotations'
gitlab\t'GitLab\'s code quality report'
junit\t'JUnit XML, for test reports'
markdown\t'A table, for job summaries and comments'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l max-results -d 'Print at most N findings per file, or none for no limit [default: 100 in text, no limit in other formats]' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l fragment -d 'Accept a part of a state machine: one state, or several without StartAt and States around them'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l allow-outside -d 'Also read files outside the repository that a template, test file, mock file or configuration names'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l force-exclude -d 'Leave out what is excluded even if it is named, for hooks that name every file'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l isolated -d 'Ignore every sfn-tool.toml'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l show-files -d 'List the files with state machines, without checking them'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l causes -d 'In JSON, leave out findings that follow from others, as the other formats do'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l exit-zero -d 'Exit with status 0 whatever is found'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -l fail-on-unread -d 'Exit with status 1 when a definition was not read'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand validate" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l stdin-filename -d 'The file name to report for stdin' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l define -d 'Replace ${NAME} with VALUE' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l substitutions -d 'A JSON or YAML file that maps placeholder names to values; --define takes precedence' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l include -d 'In folders, look only at files that match PATTERN' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l exclude -d 'In folders, leave out what matches PATTERN' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l config -d 'Use this configuration file instead of the nearest sfn-tool.toml' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l select -d 'Run only these rules: names, groups (flow, errors, time, data, practice), default, pedantic or all' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l extend-select -d 'Run these rules as well' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l ignore -d 'Do not run these rules' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l type -d 'The state machine type to check against' -r -f -a "standard\t'Durable, exactly-once executions of up to one year'
express\t'High-volume executions of up to five minutes'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l baseline -d 'Leave out findings that are recorded in this baseline' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l write-baseline -d 'Record all current findings in a new baseline' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l fail-on -d 'Exit with status 1 on findings of this severity and above' -r -f -a "error\t'Errors only'
warning\t'Warnings and errors'
info\t'Everything'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l format -d 'Output format' -r -f -a "text\t'Each finding with its source line, for people'
concise\t'One line per finding: file:line:column: severity[code] message'
json\t'All details, in the form of ValidateStateMachineDefinition\'s response, with locations and fixes'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'GitHub Actions annotations'
gitlab\t'GitLab\'s code quality report'
junit\t'JUnit XML, for test reports'
markdown\t'A table, for job summaries and comments'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l max-results -d 'Print at most N findings per file, or none for no limit [default: 100 in text, no limit in other formats]' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l fragment -d 'Accept a part of a state machine: one state, or several without StartAt and States around them'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l allow-outside -d 'Also read files outside the repository that a template, test file, mock file or configuration names'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l force-exclude -d 'Leave out what is excluded even if it is named, for hooks that name every file'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l isolated -d 'Ignore every sfn-tool.toml'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l show-files -d 'List the files with state machines, without checking them'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l show-config -d 'Print the effective configuration of the first file, as an sfn-tool.toml, without linting'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l fix -d 'Apply safe fixes to the files'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l diff -d 'Show what --fix would change, without writing'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l unsafe-fixes -d 'Let --fix and --diff also apply fixes that need review'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l statistics -d 'Show the number of findings per rule'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l causes -d 'In JSON, leave out findings that follow from others, as the other formats do'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l exit-zero -d 'Exit with status 0 whatever is found'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -l fail-on-unread -d 'Exit with status 1 when a definition was not read'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lint" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l state-name -d 'The state to run, at any depth of the machine' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l input -d 'The state\'s input, a JSON or YAML file; {} without it' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l input-json -d 'The state\'s input as JSON text' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l inspection-level -d 'How much of the data flow to show' -r -f -a "info\t'Only the outcome'
debug\t'Also the data after each step'
trace\t'Also the request and the response of an HTTP Task'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l mock -d 'The mocked result of the Task, Map or Parallel state: a file with {"result": "..."} or {"errorOutput": {"error", "cause"}}' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l variables -d 'Variables before the state: a file with an object whose names have no $' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l context -d 'The complete context object: a file with an object' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l state-configuration -d 'A file with retrierRetryCount, errorCausedByState, mapIterationFailureCount, mapItemReaderData' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l role-arn -d 'The execution role, which a Task without a mock needs and the context object names' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l format -d 'Output format' -r -f -a "text\t'For people'
json\t'TestState\'s response, or {"exception": {"code", "message"}}'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l reveal-secrets -d 'Rejected with a mock, as on AWS; there are no secrets to reveal'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -l allow-outside -d 'Also read files outside the repository that a template, test file, mock file or configuration names'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand test-state" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and not __fish_seen_subcommand_from from-history help" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and not __fish_seen_subcommand_from from-history help" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and not __fish_seen_subcommand_from from-history help" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and not __fish_seen_subcommand_from from-history help" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and not __fish_seen_subcommand_from from-history help" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and not __fish_seen_subcommand_from from-history help" -f -a "from-history" -d 'Print the task results of a recorded execution as a mock file'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and not __fish_seen_subcommand_from from-history help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l definition -d 'The definition: the mocks are tried on it, and their delays made to fit' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l define -d 'Replace ${NAME} with VALUE' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l substitutions -d 'A JSON or YAML file that maps placeholder names to values; --define takes precedence' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l write-test -d 'Write a test file with the execution as its case' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l write-input -d 'Write the execution\'s input, as it was sent' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l type -d 'The type of the state machine [default: what the history says, or standard]' -r -f -a "standard\t'Durable, exactly-once executions of up to one year'
express\t'High-volume executions of up to five minutes'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l execution-name -d 'The execution\'s name, where the history does not say' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l state-machine-name -d 'The state machine\'s name, where the history does not say' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l format -d 'How the mock file is written' -r -f -a "yaml\t'YAML'
json\t'JSON'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l fragment -d 'Accept a part of a state machine: one state, or several without StartAt and States around them'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l allow-outside -d 'Also read files outside the repository that a template, test file, mock file or configuration names'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -l force -d 'Overwrite existing files'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from from-history" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from help" -f -a "from-history" -d 'Print the task results of a recorded execution as a mock file'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mocks; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -l expression-file -d 'Read the expression from a file' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -l language -d 'The language of the expression [default: jsonata; intrinsic for a call of one of its functions: States.Format(...)]' -r -f -a "jsonata\t'JSONata with Step Functions\' functions'
jsonpath\t'A path: $.a, $$.Execution.Id, $variable'
intrinsic\t'A call of an intrinsic function: States.Format(\'{}\', $.a)'
template\t'A payload template, JSON with keys that end in .$'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -l input -d 'The input document, a JSON or YAML file, or - for stdin' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -l input-json -d 'The input document as JSON text' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -l variables -d 'Variables: a JSON or YAML file with an object whose names have no $' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -l context -d 'The context object, a JSON or YAML file: what $$ stands for in JSONPath' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -l seed -d 'Seed for random numbers' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -l format -d 'Output format' -r -f -a "text\t'The value, indented, or the error at its position'
json\t'{"result": ...}, {"undefined": true} or {"error": {"code", "message", "position"}}'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -l aws -d 'Evaluate JSONata as Step Functions does in a state: the input is $states.input, bare names are rejected, AWS\'s limits apply; an expression with $states is always evaluated so'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand eval" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand inspect" -l state -d 'Show only this state' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand inspect" -l format -d 'Output format' -r -f -a "text\t'For people: one block per state'
json\t'For programs; variableReferences is as DescribeStateMachine returns it'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand inspect" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand inspect" -l allow-outside -d 'Also read files outside the repository that a template, test file, mock file or configuration names'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand inspect" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand inspect" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand inspect" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand inspect" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -l port -d 'Port to listen on; 0 takes a free one' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -l host -d 'Address to listen on; whoever reaches it can use the server' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -l mocks -d 'Mocked task results: MACHINE=FILE, MACHINE#CASE=FILE, a folder with MACHINE.mocks.yaml, or a MockConfigFile.json [default: $SFN_MOCK_CONFIG]' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -l tests -d 'Test files whose cases StartExecution can choose with #CASE behind the state machine\'s ARN' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -l machines -d 'Definitions and templates whose state machines exist from the start' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -l clock -d 'How time passes: fast (waits do not wait), real, or xN [default: fast, or what $WAIT_TIME_SCALE says]' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -l account -d 'The account ID in ARNs [default: $AWS_ACCOUNT_ID, or 123456789012]' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -l region -d 'The region in ARNs for requests that are not signed [default: $AWS_DEFAULT_REGION, or us-east-1]' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -l seed -d 'Seed for names, IDs, tokens, jitter and random functions' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -l lambda-endpoint -d 'Where Lambda functions are called that no mock answers for: http://HOST:PORT [default: $LAMBDA_ENDPOINT]' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -l endpoint -d 'Where another service is called: SERVICE=http://HOST:PORT [default: $DYNAMODB_ENDPOINT, $SQS_ENDPOINT ...]' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -l state -d 'Keep the state in this folder: a later server goes on from there [default: in memory only]' -r -F
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -l keep -d 'Keep so many ended executions' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -l history-memory -d 'Memory for the histories of executions, in MiB: those that ended first are forgotten when they take more' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -l allow-host -d 'A name that requests may have in their Host header, besides loopback names' -r
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -l log -d 'What to write to stderr' -r -f -a "quiet\t'Only what is wrong'
calls\t'One line per call'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand serve" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lsp" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lsp" -l stdio -d 'Accepted for editors that pass it; there is no other transport'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lsp" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lsp" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lsp" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand lsp" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mcp" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mcp" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mcp" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mcp" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand mcp" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand schema" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand schema" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand schema" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand schema" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand schema" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand completions" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand completions" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand completions" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand completions" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand completions" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand man" -l format -d 'Output format' -r -f -a "roff\t'For man'
markdown\t'A page of the documentation; without a command the list of all commands'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand man" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand man" -s q -l quiet -d 'Print results only'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand man" -s v -l verbose -d 'Print more progress and status messages'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand man" -s h -l help -d 'Print help; --help has all options and examples'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand man" -s V -l version -d 'Print the version'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "check" -d 'Validate and lint all state machines of a project'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "simulate" -d 'Run an execution on a virtual clock, with mocked task results'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "test" -d 'Run test files: executions with mocks, against expectations'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "explore" -d 'Try every combination of task outcomes, and report what can go wrong'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "diff" -d 'Compare what two definitions do'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "graph" -d 'Draw a definition: an outline, svg, mermaid, dot or data'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "fmt" -d 'Format definitions: indentation and field order'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "explain" -d 'Explain a lint rule or a validation code, or list them all'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "validate" -d 'Check whether AWS would accept definitions'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "lint" -d 'Find problems in definitions that AWS accepts'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "test-state" -d 'Run one state, as AWS\'s TestState does, with a mocked result'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "mocks" -d 'Create mocks from recorded executions'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "eval" -d 'Evaluate an expression against an input'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "inspect" -d 'Show the states of a definition, what they read and what they call'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "serve" -d 'Serve the API of Step Functions, with mocked task results'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "lsp" -d 'Serve editors (Language Server Protocol)'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "mcp" -d 'Serve the commands to coding agents (Model Context Protocol)'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "schema" -d 'Print the JSON Schema of definitions, or of the tool\'s files'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "completions" -d 'Print completions for a shell'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "man" -d 'Print a manual page (sfn-tool man | man -l -)'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and not __fish_seen_subcommand_from check simulate test explore diff graph fmt explain validate lint test-state mocks eval inspect serve lsp mcp schema completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c sfn-tool -n "__fish_sfn_tool_using_subcommand help; and __fish_seen_subcommand_from mocks" -f -a "from-history" -d 'Print the task results of a recorded execution as a mock file'
