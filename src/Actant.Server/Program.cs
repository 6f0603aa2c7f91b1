using Actant.Server;
using Actant.Server.Commands;
using Actant.Server.Hosting;
using Actant.Server.Running;

var output = new StandardOutput(StandardStreams.HasOutput ? Console.Out : null);

// Before the first look at it: what writes to the console later, the log too, goes the same way.
Console.SetOut(output);
Console.SetError(new StandardOutput(StandardStreams.HasError ? Console.Error : null));
BundledSqlite.Register();
var code = await CommandLine.RunAsync(args, Console.Out, Console.Error);
if (output.Fault is not { } fault)
{
    return code;
}

Console.Error.WriteLine($"actant: stdout cannot be written: {fault.TrimEnd('.')}. What is missing there happened all the same.");
return code == ExitCodes.Done ? ExitCodes.Failed : code;
