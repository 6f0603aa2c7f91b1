using Actant.Examples.SurviveACrash;

switch (args)
{
    case ["run", var folder, "retry" or "happened" or "failed"]:
        return await TwelveSteps.RunAsync(folder, args[2]);
    case ["check", var folder]:
        return await Check.RunAsync(folder);
    default:
        await Console.Error.WriteLineAsync("usage: SurviveACrash run FOLDER retry|happened|failed | check FOLDER");
        return 2;
}
