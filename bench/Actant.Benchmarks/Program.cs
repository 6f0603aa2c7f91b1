using Actant.Benchmarks;
using Actant.Benchmarks.Http;
using Actant.Benchmarks.Loads;
using Actant.Benchmarks.Vendors;

if (args is ["load", .. var load])
{
    return await LoadCommand.RunAsync(load);
}

if (args is ["vendor"])
{
    return await VendorHost.RunAsync();
}

if (args is ["node", var schema, var callers, .. var rest])
{
    return await NodeHost.RunAsync(schema, callers, rest);
}

if (!BenchmarkOptions.TryParse(args, out var options, out var fault))
{
    Console.Error.WriteLine(fault);
    Console.Error.WriteLine(BenchmarkOptions.Help);
    return 2;
}

if (options.WantsHelp)
{
    Console.WriteLine(BenchmarkOptions.Help);
    return 0;
}

return await BenchmarkRun.RunAsync(options);
