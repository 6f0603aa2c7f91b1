using Actant;
using Actant.AspNetCore;
using Actant.Examples.Embedding;
using Microsoft.Extensions.AI;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddActant(options => options.MaxConcurrentExecutions = 100)
    .AddModel(new HouseModel())
    .AddTool(AIFunctionFactory.Create((string item) => $"7 {item}", "stock", "Tells how many of an item there are."), ToolClass.Pure)
    .AddAgent("""
        name: clerk
        instructions: Look into the stock before you answer.
        tools: [stock]
        """)
    .UseSqlite("data");

var app = builder.Build();
app.MapActant();
app.MapGet("/ask", async (string question, [FromKeyedServices("clerk")] IChatClient clerk, CancellationToken stop) =>
    (await clerk.GetResponseAsync(question, cancellationToken: stop)).Text);
await app.RunAsync();
