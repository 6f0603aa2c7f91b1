namespace Actant.Api;

/// <summary>
/// Everything that can be asked of the product. Ways in find out who asks, read a command, ask here, and say the reply in their own dialect;
/// they hold nothing that another one would need.
/// </summary>
/// <param name="Executions">Of executions.</param>
/// <param name="Threads">Of threads.</param>
/// <param name="Agents">Of agents.</param>
/// <param name="Tokens">Of keys.</param>
/// <param name="Deliveries">Of deliveries.</param>
/// <param name="Usage">Of what was used.</param>
public sealed record ActantOperations(
    ExecutionOperations Executions,
    ThreadOperations Threads,
    AgentOperations Agents,
    TokenOperations Tokens,
    DeliveryOperations Deliveries,
    UsageOperations Usage);
