namespace Actant.Api;

/// <summary>What a message asks for on a channel that carries commands to one execution: <c>{"type": "cancel", "request_id": …, …}</c>.</summary>
public sealed class SteeringMessage
{
    private const int LongestText = 1_000;

    private readonly Func<ExecutionOperations, Caller, CancellationToken, Task<Reply<AcceptedView>>> _carryOut;

    private SteeringMessage(string type, string? requestId, Func<ExecutionOperations, Caller, CancellationToken, Task<Reply<AcceptedView>>> carryOut)
    {
        Type = type;
        RequestId = requestId;
        _carryOut = carryOut;
    }

    /// <summary>What it asks for, as it was sent.</summary>
    public string Type { get; }

    /// <summary>What its sender calls it.</summary>
    public string? RequestId { get; }

    /// <summary>Reads one. Who may not steer is told that, whatever they sent; one that cannot be read is refused when it is carried out.</summary>
    public static SteeringMessage Read(ReadOnlyMemory<byte> message, string execution)
    {
        var document = CommandDocument.Read(message);
        if (!document.IsDone)
        {
            return Refused("", null, $"The message is no usable JSON: {document.Refusal.Message}");
        }

        var fields = document.Value.Fields();
        var (type, requestId) = (fields.Text("type", LongestText) ?? "", fields.Text("request_id", LongestText));
        return type switch
        {
            "cancel" => Of(Operations.CancelExecution, type, requestId, CancelCommand.Read(fields, execution), static (operations, caller, command, token) => operations.CancelAsync(caller, command, token)),
            "stop" => Of(Operations.StopExecution, type, requestId, ExecutionCommand.Read(fields, execution), static (operations, caller, command, token) => operations.StopAsync(caller, command, token)),
            "start" => Of(Operations.StartExecution, type, requestId, ExecutionCommand.Read(fields, execution), static (operations, caller, command, token) => operations.StartAsync(caller, command, token)),
            "resume" => Of(Operations.ResumeExecution, type, requestId, ResumeCommand.Read(fields, execution), static (operations, caller, command, token) => operations.ResumeAsync(caller, command, token)),
            _ => Refused(type, requestId, "`type` is cancel, stop, start or resume."),
        };
    }

    /// <summary>Does what it asks for.</summary>
    public Task<Reply<AcceptedView>> CarryOutAsync(ExecutionOperations operations, Caller caller, CancellationToken cancellationToken) =>
        _carryOut(operations, caller, cancellationToken);

    private static SteeringMessage Of<T>(
        ViewOperation<T, AcceptedView> operation, string type, string? requestId, Reply<T> command, Func<ExecutionOperations, Caller, T, CancellationToken, Task<Reply<AcceptedView>>> carryOut)
        where T : class =>
        new(type, requestId, (operations, caller, token) => command.IsDone
            ? carryOut(operations, caller, command.Value, token)
            : Task.FromResult(operation.Forbids(caller) ?? Reply<AcceptedView>.Refused(command.Refusal)));

    private static SteeringMessage Refused(string type, string? requestId, string message) =>
        new(type, requestId, (_, caller, _) => Task.FromResult(Operations.CancelExecution.Forbids(caller) ?? Reply<AcceptedView>.Refused(RefusalCodes.InvalidInput, message)));
}
