using Actant.Access;
using Actant.Api;

namespace Actant.Tests.Api;

/// <summary>The table of operations is whole, and each asks its own rule.</summary>
[Trait("Row", "I10")]
public sealed class OperationsTests
{
    public static TheoryData<string> Names => [.. Operations.All.Select(static operation => operation.Name)];

    [Fact]
    public void All_HasEveryOperationOnce()
    {
        var declared = typeof(Operations).GetProperties().Select(static property => property.GetValue(null)).OfType<Operation>().Select(static operation => operation.Name).ToList();

        Assert.Equal(declared.Order(StringComparer.Ordinal), Operations.All.Select(static operation => operation.Name).Order(StringComparer.Ordinal));
        Assert.Equal(declared.Distinct(), declared);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Operation_HasCommandViewAndWords(string name)
    {
        var operation = Operations.All.Single(operation => operation.Name == name);

        Assert.Matches("^[a-z]+\\.[a-z_]+$", operation.Name);
        Assert.EndsWith("Command", operation.Command.Name, StringComparison.Ordinal);
        Assert.True(operation.ViewJson is not null || operation.View.Name is "HistoryView" or "StreamEvent", "A view is written by the context, or writes itself.");
        Assert.True(operation.ViewJson is null || operation.ViewJson.Type == operation.View);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Operation_LesserRole_IsRefusedAndItsOwnIsNot(string name)
    {
        var operation = Operations.All.Single(operation => operation.Name == name);

        foreach (var role in Enum.GetValues<Role>())
        {
            var refusal = operation.RefusalFor(new Caller(TenantId.Default, role, KeyId: "k"));

            Assert.Equal(role < operation.Least ? "forbidden" : null, refusal?.Code);
        }
    }
}
