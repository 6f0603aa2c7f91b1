using System.CommandLine;
using Actant.Postgres;
using Actant.Server.Settings;
using Actant.Storage;

namespace Actant.Server.Commands;

/// <summary><c>actant migrate</c>: the tables of a shared database.</summary>
internal static class MigrateCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var command = new Command(
            "migrate", "Bring the tables of the shared PostgreSQL database to this release's version. `serve` does so too: this is for operators who let nobody else change tables.");
        ExamplesHelp.AddTo(command, "PG_HOST=db.internal PG_USER=owner PG_PASSWORD=… PG_DATABASE=actant actant migrate");
        command.SetAction(async (_, cancellationToken) =>
        {
            var (storage, errors) = StorageReader.FromEnvironment();
            if (errors.Count == 0 && storage.Postgres is null)
            {
                errors = ["There is no database to migrate: name it by PG_HOST (and PG_PORT, PG_USER, PG_PASSWORD, PG_DATABASE), or by Actant:Postgres:ConnectionString. A data folder is brought up to date when it is opened."];
            }

            if (errors.Count > 0)
            {
                foreach (var problem in errors)
                {
                    await error.WriteLineAsync(problem);
                }

                return ExitCodes.BadInput;
            }

            try
            {
                var before = await PostgresSchema.MigrateAsync(storage.Postgres!, cancellationToken);
                await output.WriteLineAsync(before == PostgresSchema.NewestVersion
                    ? $"Schema {storage.Postgres!.Schema} has version {before} already."
                    : $"Schema {storage.Postgres!.Schema} went from version {before} to {PostgresSchema.NewestVersion}.");
                return ExitCodes.Done;
            }
            catch (Exception exception) when (exception is StoreUnavailableException or InvalidOperationException)
            {
                await error.WriteLineAsync(exception.Message);
                return ExitCodes.Failed;
            }
        });
        return command;
    }
}
