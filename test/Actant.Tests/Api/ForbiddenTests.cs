using System.Reflection;
using Actant.Access;
using Actant.Agents;
using Actant.Api;
using Actant.Testing.Executions;

namespace Actant.Tests.Api;

/// <summary>No operation can be asked past its rule, whichever way in forgets to ask before.</summary>
[Trait("Row", "I10")]
public sealed class ForbiddenTests
{
    private static readonly Caller s_nobody = new(TenantId.Default, (Role)(-1), KeyId: "k");

    [Fact]
    public async Task EveryOperation_RoleIsTooLow_RefusesBeforeAnythingElse()
    {
        await using var harness = await EngineHarness.StartAsync();
        var engine = harness.Node.Engine;
        var (agents, keys) = (new AgentStore(engine), new ApiKeys(engine.Store, TimeProvider.System, IdGenerator.System));
        object[] groups =
        [
            new ExecutionOperations(engine, agents), new ThreadOperations(engine), new AgentOperations(engine, agents, agents),
            new TokenOperations(keys), new DeliveryOperations(engine), new UsageOperations(engine),
        ];
        var asked = 0;
        foreach (var group in groups)
        {
            foreach (var method in group.GetType().GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            {
                // What they would be asked with is not looked at.
                var arguments = method.GetParameters().Select(parameter =>
                    parameter.ParameterType == typeof(Caller) ? s_nobody : parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null).ToArray();
                var task = (Task)method.Invoke(group, arguments)!;
                await task;
                var reply = task.GetType().GetProperty("Result")!.GetValue(task)!;

                Assert.Equal("forbidden", ((Refusal?)reply.GetType().GetProperty("Refusal")!.GetValue(reply))?.Code);
                asked++;
            }
        }

        // Submitting has two forms.
        Assert.Equal(Operations.All.Count + 1, asked);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"type":"resume"}""")]
    [InlineData("""{"type":"cancel","reason":5}""")]
    [InlineData("""{"type":"stop","force":true}""")]
    public async Task SteeringMessage_RoleIsTooLow_IsForbiddenWhateverItSays(string message)
    {
        await using var harness = await EngineHarness.StartAsync();
        var operations = new ExecutionOperations(harness.Node.Engine, new AgentStore(harness.Node.Engine));

        var reply = await SteeringMessage.Read(System.Text.Encoding.UTF8.GetBytes(message), "x").CarryOutAsync(operations, s_nobody, TestContext.Current.CancellationToken);

        Assert.Equal("forbidden", reply.Refusal?.Code);
    }
}
