using Actant.Journaling;

namespace Actant.Testing.Executions;

/// <summary>The conversations that are interrupted everywhere: the examples, and one for each thing that the engine can do.</summary>
public static class CrashScenarios
{
    /// <summary>All of them.</summary>
    public static IEnumerable<CrashScenario> All() => [.. Examples(), .. Tools(), .. Graphs(), .. Promises(), .. Children(), .. Kinds()];

    private static IEnumerable<CrashScenario> Kinds()
    {
        yield return new("a definition of an added kind", """
            {"name": "claim", "stages": [{"tool": "look_up"}, {"ask": "Pay for {{ state.s1 }}?"}, {"tool": "charge"}, {"say": "{{ state.s2 }}: {{ state.s3 }}"}]}
            """, "ABC")
        {
            IsOfAddedKind = true,
        };
    }

    private static IEnumerable<CrashScenario> Examples()
    {
        yield return new("example 01", Example("01-math-assistant"), "What is 15 + 27?", "2 to the power of 10, and 15% of (80 - 20)");
        yield return new("example 02", Example("02-specialists"), "What is 15 + 27?");
        yield return new("example 03", Example("03-router-and-join"), "What is 15 + 27!") { IsParallel = true };
        yield return new("example 04", Example("04-review-loop"), "Whales") { Answer = Review };
        yield return new("example 05", Example("05-survive-a-crash"), "Go");
    }

    private static IEnumerable<CrashScenario> Tools()
    {
        yield return new("tools of every class in one answer", """
            model:
              provider: scripted
              model_name: m
              options:
                script:
                  - answer: All at once.
                    tool_calls: [{name: charge, arguments: {n: 1}}, {name: look_up, arguments: {n: 2}}, {name: upsert, arguments: {n: 3}},
                      {name: refuse, arguments: {}}, {name: unheard_of, arguments: {}}]
                  - {answer: Once more., tool_calls: [{name: charge, arguments: {n: 4}}]}
                  - "{{ last_tool }}"
            tools: [charge, look_up, upsert, refuse]
            """, "Go");
        yield return new("tools that fail for a while", """
            model:
              provider: scripted
              model_name: m
              options:
                script:
                  - tool_calls: [{name: flaky_look_up, arguments: {n: 1}}, {name: flaky_upsert, arguments: {n: 2}}]
                  - "{{ last_tool }}"
            nodes:
              - {name: main, type: agent, tools: [flaky_look_up, flaky_upsert], on_error: {strategy: fail_fast, backoff_ms: 1}}
            """, "Go");
        yield return new("tool nodes of every class", """
            nodes:
              - {name: find, type: tool, tool: look_up, arguments: {q: "{{ input }}"}}
              - {name: put, type: tool, tool: upsert, arguments: {q: "{{ state.find }}"}}
              - {name: pay, type: tool, tool: charge, arguments: {q: "{{ state.put }}"}, writes: receipt}
              - {name: fail, type: tool, tool: refuse, on_error: continue}
              - {name: say, type: prompt, template: "{{ state.receipt }}"}
            edges:
              - {from: find, to: put}
              - {from: put, to: pay}
              - {from: pay, to: fail}
              - {from: fail, to: say}
            """, "ABC");
        yield return new("a person edits one call, refuses another and answers a third", """
            model:
              provider: scripted
              model_name: m
              options:
                script:
                  - tool_calls: [{name: careful_look_up, arguments: {n: 1}}, {name: careful_charge, arguments: {n: 2}}, {name: careful_upsert, arguments: {n: 3}}]
                  - "{{ last_tool }}"
            tool_definitions:
              - {name: careful_look_up, type: code, config: {tool: look_up}, requires_approval: true}
              - {name: careful_charge, type: code, config: {tool: charge}, requires_approval: true}
              - {name: careful_upsert, type: code, config: {tool: upsert}, requires_approval: true}
            nodes:
              - {name: main, type: agent, tools: [careful_look_up, careful_charge, careful_upsert]}
            """, "Go")
        { Answer = Approve };
        yield return new("a result larger than an entry", """
            model:
              provider: scripted
              model_name: m
              options:
                script: [{tool_calls: [{name: big, arguments: {}}]}, Done.]
            tools: [big]
            """, "Go");
    }

    private static IEnumerable<CrashScenario> Graphs()
    {
        yield return new("branches that call, and a join", """
            model: {provider: scripted, model_name: m, options: {script: [{answer: Wait., tool_calls: [{name: charge, arguments: {a: 1}}]}, Paid.]}}
            state: {log: {reducer: append}, sum: {reducer: add, default: 0}}
            nodes:
              - {name: split, type: transform, set: {sum: "1"}}
              - {name: left, type: agent, tools: [charge], writes: left}
              - {name: middle, type: tool, tool: charge, arguments: {b: 2}, writes: log}
              - {name: right, type: tool, tool: upsert, arguments: {c: 3}, writes: right}
              - {name: never, type: tool, tool: charge}
              - {name: both, type: transform, set: {sum: "10", seen: "state.left + state.right"}}
              - {name: say, type: prompt, template: "{{ state.seen }} {{ state.sum }}"}
            edges:
              - {from: split, to: left}
              - {from: split, to: middle}
              - {from: split, to: right}
              - {from: split, to: never, condition: state.sum > 100}
              - {from: left, to: both}
              - {from: middle, to: both}
              - {from: right, to: both}
              - {from: never, to: both}
              - {from: both, to: say}
            """, "Go")
        { IsParallel = true };
        yield return new("join any: one activation for each arrival", """
            state: {n: {reducer: add, default: 0}}
            nodes:
              - {name: one, type: tool, tool: look_up, arguments: {n: "1"}}
              - {name: two, type: tool, tool: upsert, arguments: {n: "2"}}
              - {name: each, type: tool, tool: charge, join: any, arguments: {}}
              - {name: count, type: transform, set: {n: "1"}}
            edges:
              - {from: one, to: each}
              - {from: two, to: each}
              - {from: each, to: count}
            """, "Go");
        yield return new("a graph in a graph in a loop", """
            state: {n: {default: 0}, texts: {reducer: append}}
            nodes:
              - name: work
                type: graph
                max_iterations: 3
                input: {n: state.n}
                output: {texts: state.made, n: "state.n + 1"}
                graph:
                  nodes:
                    - {name: make, type: prompt, template: "Number {{ state.n }}", model: {provider: scripted, model_name: m, options: {default: "Made: {{ last_user }}"}}, writes: made}
                    - {name: pay, type: tool, tool: charge, arguments: {n: "{{ state.n }}"}}
                  edges: [{from: make, to: pay}]
              - {name: say, type: prompt, template: "{{ state.n }}"}
            edges:
              - {from: start, to: work}
              - {from: work, to: work, condition: state.n < 3}
              - {from: work, to: say, condition: state.n >= 3}
            """, "Go");
        yield return new("a loop that ends by its limit", """
            state: {n: {default: 0}}
            nodes:
              - {name: pay, type: tool, tool: upsert, max_iterations: 2, arguments: {n: "{{ state.n }}"}}
              - {name: count, type: transform, set: {n: state.n + 1}}
              - {name: done, type: prompt, template: done}
            edges:
              - {from: start, to: pay}
              - {from: pay, to: count}
              - {from: count, to: pay, condition: state.n < 9}
              - {from: count, to: done, condition: state.n >= 9}
            """, "Go");
        yield return new("a failing model: retry, fallback, continue", """
            nodes:
              - {name: wobbly, type: prompt, template: "{{ input }}", model: {provider: scripted, model_name: a, options: {default: {answer: I am back., fail: {times: 2, code: model_unavailable}}}}, on_error: {strategy: retry, backoff_ms: 1}, writes: first}
              - {name: broken, type: prompt, template: "{{ input }}", model: {provider: scripted, model_name: b, options: {default: {answer: No., fail: {code: model_unavailable}}}}, on_error: {strategy: fallback, max_attempts: 2, backoff_ms: 1}}
              - {name: instead, type: tool, tool: charge}
              - {name: odd, type: prompt, template: "{{ input }}", model: {provider: scripted, model_name: c, options: {default: {answer: No., fail: {code: model_rejected, transient: false}}}}, on_error: continue}
              - {name: say, type: prompt, template: "{{ state.first }}"}
            edges:
              - {from: wobbly, to: broken}
              - {from: broken, to: instead, type: error}
              - {from: instead, to: odd}
              - {from: odd, to: say}
            """, "Go");
        yield return new("a specialist that asks a person", """
            nodes:
              - {name: lead, type: orchestrator, model: {provider: scripted, model_name: l, options: {script: [{tool_calls: [{name: delegate_to_clerk, arguments: {task: Pay}}, {name: delegate_to_clerk, arguments: {task: Pay again}}]}, "{{ last_tool }}"]}}}
              - {name: clerk, type: specialist, model: {provider: scripted, model_name: c, options: {script: [{tool_calls: [{name: careful_charge, arguments: {t: "{{ last_user }}"}}]}, "{{ last_tool }}"]}}, tools: [careful_charge]}
            edges: [{from: lead, to: clerk, type: orchestration}]
            tool_definitions: [{name: careful_charge, type: code, config: {tool: charge}, requires_approval: true}]
            """, "Go")
        { Answer = static _ => """{"decision":"approve"}""" };
        yield return new("people asked one after the other", """
            nodes:
              - {name: first, type: human, prompt: "First?"}
              - {name: pay, type: tool, tool: charge, arguments: {a: "{{ state.first }}"}}
              - {name: second, type: human, prompt: "{{ state.pay }}?"}
              - {name: say, type: prompt, template: "{{ state.first }} {{ state.second }}"}
            edges:
              - {from: first, to: pay}
              - {from: pay, to: second}
              - {from: second, to: say}
            """, "Go", "And again")
        { Answer = static asked => $"\"{asked.Prompt.Length}\"" };
    }

    /// <summary>Settings under which less is promised; what was stored holds all the same.</summary>
    private static IEnumerable<CrashScenario> Promises()
    {
        foreach (var durability in (string[])["async", "exit"])
        {
            yield return new($"durability {durability}", $$$"""
                durability: {{{durability}}}
                model:
                  provider: scripted
                  model_name: m
                  options:
                    script:
                      - {answer: One., tool_calls: [{name: look_up, arguments: {n: 1}}, {name: upsert, arguments: {n: 2}}]}
                      - {answer: Two., tool_calls: [{name: charge, arguments: {n: 3}}]}
                      - {answer: Three., tool_calls: [{name: look_up, arguments: {n: 4}}, {name: charge, arguments: {n: 5}}]}
                      - "{{ last_tool }}"
                nodes:
                  - {name: main, type: agent, tools: [look_up, upsert, charge]}
                  - {name: after, type: tool, tool: upsert}
                edges: [{from: main, to: after}]
                """, "Go");
        }

        yield return new("a wait that is stored", """
            nodes:
              - {name: wobbly, type: prompt, template: "{{ input }}", model: {provider: scripted, model_name: a, options: {default: {answer: I am back., fail: {times: 1}}}}, on_error: {strategy: retry, backoff_ms: 2}}
              - {name: flaky, type: tool, tool: flaky_upsert, on_error: {strategy: retry, backoff_ms: 2}}
            edges: [{from: wobbly, to: flaky}]
            """, "Go")
        { LongestWaitInMemory = TimeSpan.Zero, SessionLength = TimeSpan.FromMilliseconds(300) };
        yield return new("a node that waits, beside one that works", """
            nodes:
              - {name: pay, type: tool, tool: charge}
              - {name: pause, type: wait, for_ms: 20}
              - {name: put, type: tool, tool: upsert, output: true}
            edges: [{from: pause, to: put}]
            """, "Go")
        { LongestWaitInMemory = TimeSpan.Zero, SessionLength = TimeSpan.FromMilliseconds(300) };
    }

    private static IEnumerable<CrashScenario> Children()
    {
        yield return new("children beside each other, and one inside one", """
            nodes:
              - name: outer
                type: graph
                spawn: true
                input: {n: "'1'"}
                output: {found: state.look, put: state.inner}
                graph:
                  nodes:
                    - {name: look, type: tool, tool: look_up, arguments: {n: "{{ state.n }}"}}
                    - {name: inner, type: graph, spawn: true, input: {found: state.look}, graph: {nodes: [{name: put, type: tool, tool: upsert, arguments: {f: "{{ state.found }}"}}]}}
                  edges: [{from: look, to: inner}]
              - name: beside
                type: graph
                spawn: true
                graph:
                  nodes:
                    - {name: say, type: prompt, template: "{{ input }}", model: {provider: scripted, model_name: m, options: {default: "I heard {{ last_user }}"}}}
              - {name: end, type: prompt, template: "{{ state.found }}, {{ state.put }}, {{ state.beside }}"}
            edges:
              - {from: outer, to: end}
              - {from: beside, to: end}
            """, "Go")
        { IsParallel = true, SessionLength = TimeSpan.FromMilliseconds(600) };
    }

    private static string Review(Interrupt asked) => asked.Prompt.Contains("rather long", StringComparison.Ordinal)
        ? """{"approved":false,"comment":"shorter"}"""
        : """{"approved":true}""";

    private static string Approve(Interrupt asked) => asked.Tool switch
    {
        "careful_look_up" => """{"decision":"edit","arguments":{"n":100}}""",
        "careful_charge" => """{"decision":"reject","message":"Too much."}""",
        _ => """{"decision":"respond","result":"done by hand"}""",
    };

    private static string Example(string folder)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Actant.slnx")))
        {
            root = root.Parent ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
        }

        return File.ReadAllText(Path.Combine(root.FullName, "examples", folder, "agent.yaml"));
    }
}
