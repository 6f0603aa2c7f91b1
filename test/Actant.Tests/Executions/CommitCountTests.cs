using System.Reflection;
using System.Text.Json;
using Actant.Definitions;
using Actant.Executions;
using Actant.InMemory;
using Actant.LanguageModels;
using Actant.Storage;
using Actant.Tools;

namespace Actant.Tests.Executions;

/// <summary>What an execution costs in commits: as many appends as it has effects (ADR 0005).</summary>
[Trait("Row", "X1")]
public sealed class CommitCountTests
{
    [Fact]
    public async Task Execution_WithoutTools_IsOneAppend() => Assert.Equal(1, await CountAppendsAsync("say hello"));

    [Theory]
    [InlineData(ToolClass.Pure)]
    [InlineData(ToolClass.Unsafe)]
    public async Task Execution_ModelToolModel_IsThreeAppends(ToolClass toolClass) =>
        Assert.Equal(3, await CountAppendsAsync("use the tool", toolClass));

    private static async Task<int> CountAppendsAsync(string input, ToolClass toolClass = ToolClass.Pure)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var memory = new InMemoryStore(TimeProvider.System, IdGenerator.System);
        var store = DispatchProxy.Create<IActantStore, AppendCounter>();
        var counter = (AppendCounter)(object)store;
        counter.Inner = memory;
        var tool = FunctionTool.Create(() => "done", "tool", "Does it.", toolClass);
        await using var engine = new ActantEngine(
            store, new ToolRegistry([tool]), new ModelProviders([new ScriptedModelProvider(TimeProvider.System)]));
        await engine.StartAsync(stop);
        var client = engine.For(TenantId.Default);

        var accepted = await client.SubmitAsync(new SubmitRequest { Definition = Agent(), Input = JsonSerializer.SerializeToElement(input) }, stop);
        var result = await client.WaitAsync(accepted.Value!.Id, stop);

        Assert.Null(result.Record.Failure?.Message);
        Assert.Equal("done", result.Response);
        return counter.Appends;
    }

    private static AgentDefinition Agent() => DefinitionReader.Read("""
        name: counted
        nodes:
          - {name: before, type: transform, set: {seen: "true"}}
          - name: ask
            type: agent
            tools: [tool]
            model:
              provider: scripted
              model_name: counted
              options:
                rules: [{when: {contains: use the tool}, tool_calls: [{name: tool, arguments: {}}]}]
                default: done
            output: true
          - {name: after, type: transform, set: {seen: "false"}}
        edges:
          - {from: before, to: ask}
          - {from: ask, to: after}
        """u8.ToArray()).Definition!;

    /// <summary>Passes everything on and counts the appends.</summary>
    public class AppendCounter : DispatchProxy
    {
        private int _appends;

        public IActantStore Inner { get; set; } = null!;

        public int Appends => Volatile.Read(ref _appends);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(IActantStore.AppendAsync))
            {
                Interlocked.Increment(ref _appends);
            }

            return targetMethod.Invoke(Inner, args);
        }
    }
}
