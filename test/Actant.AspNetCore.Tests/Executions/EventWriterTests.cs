using System.IO.Pipelines;
using System.Text;
using Actant.AspNetCore.Executions;
using Actant.Events;

namespace Actant.AspNetCore.Tests.Executions;

[Trait("Row", "I10")]
public sealed class EventWriterTests
{
    [Theory]
    [InlineData(false, "id: 3-5\n")]
    [InlineData(true, "id: 3-5~\n")]
    public async Task Write_Place_SaysWhetherAllBeforeItWasSent(bool isPartial, string expected)
    {
        var stop = TestContext.Current.CancellationToken;
        var pipe = new Pipe();
        using var writer = new EventWriter(pipe.Writer, "t", TimeSpan.FromSeconds(10), TimeProvider.System);
        var delta = new AnswerDelta { Execution = new ExecutionId(Guid.NewGuid()), Path = "", Activation = "agent", MessageId = "msg_1", Attempt = 1, Epoch = 1, Text = "x" };

        await writer.WriteAsync(new StreamEvent.DeltaPublished(new EventId(3, 5) { IsPartial = isPartial }, delta), stop);
        await writer.FlushAsync(stop);
        await pipe.Writer.CompleteAsync();

        using var text = new StreamReader(pipe.Reader.AsStream(), Encoding.UTF8);
        Assert.StartsWith(expected, await text.ReadToEndAsync(stop), StringComparison.Ordinal);
    }
}
