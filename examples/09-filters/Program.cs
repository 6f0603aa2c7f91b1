using Actant.Examples.Filters;
using Actant.Prices;
using Microsoft.Extensions.AI;

var rules = new HouseRules();
var builder = Host.CreateApplicationBuilder();
var price = new ModelPrice { Provider = "scripted", Model = "costly", Input = 1000, Output = 1000, Date = new(2026, 1, 1), Source = "made up" };
builder.Services.AddSingleton<IModelPrices>(new ModelPriceTable([price]));
rules.Configure(builder.Services.AddActant().AddAgent($$$"""
    name: clerk
    tools: [look]
    deliver_to: [{url: "console:out"}]
    model: {provider: scripted, model_name: {{{args.FirstOrDefault("cheap")}}}, options: {script: [{tool_calls: [{name: look}]}, "They call it Blue Heron here."]}}
    """));
using var host = builder.Build();
await host.StartAsync();
_ = host.Services.GetRequiredKeyedService<IChatClient>("clerk").GetResponseAsync("What is Blue Heron?");
Console.WriteLine(await rules.Sent.Task);
await host.StopAsync();
