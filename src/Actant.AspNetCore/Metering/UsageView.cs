namespace Actant.AspNetCore.Metering;

internal sealed record UsageView(DateOnly From, DateOnly To, IReadOnlyList<string> GroupBy, IReadOnlyList<UsageRow> Rows, UsageRow Total);
