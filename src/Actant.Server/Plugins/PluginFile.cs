using System.Reflection;
using Actant.Hosting;

namespace Actant.Server.Plugins;

/// <summary>The plug-ins of one assembly.</summary>
internal sealed class PluginFile
{
    private const string Rebuild = "Build it against this release, with its dependencies beside it (`dotnet publish`), or take it out of Actant:Plugins.";
    private const string Mend = "Mend it, or take it out of Actant:Plugins.";

    private readonly string _file;
    private readonly IReadOnlyList<IActantPlugin> _plugins;

    private PluginFile(string file, IReadOnlyList<IActantPlugin> plugins) => (_file, _plugins) = (file, plugins);

    /// <summary>Loads assemblies and makes their plug-ins.</summary>
    /// <param name="files">The assemblies.</param>
    /// <param name="errors">Gets why one cannot be used, for each.</param>
    public static IReadOnlyList<PluginFile> LoadAll(IReadOnlyList<string> files, ICollection<string> errors)
    {
        var loaded = new List<PluginFile>();
        foreach (var file in files)
        {
            try
            {
                loaded.Add(Load(file));
            }
            catch (PluginException exception)
            {
                errors.Add(exception.Message);
            }
        }

        return loaded;
    }

    /// <summary>Lets them add what they have.</summary>
    /// <exception cref="PluginException">One fails.</exception>
    public void Configure(ActantBuilder builder)
    {
        foreach (var plugin in _plugins)
        {
            try
            {
                plugin.Configure(builder);
            }
            catch (Exception exception)
            {
                throw new PluginException(_file, $"{plugin.GetType().FullName}.Configure failed: {CauseOf(exception).Message} {AdviceOf(exception)}", exception);
            }
        }
    }

    private static PluginFile Load(string file)
    {
        try
        {
            var path = Path.GetFullPath(file);
            if (!File.Exists(path))
            {
                throw new PluginException(file, Directory.Exists(path)
                    ? "it is a folder. Name the assembly in it in Actant:Plugins, or take it out."
                    : "there is no such file. Name the assembly with its whole path in Actant:Plugins, or take it out.");
            }

            var types = new PluginLoadContext(path).LoadFromAssemblyPath(path).GetExportedTypes()
                .Where(static type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IActantPlugin))).ToList();
            return types.Count > 0
                ? new PluginFile(file, [.. types.Select(type => Create(file, type))])
                : throw new PluginException(file, $"no public class of it implements {typeof(IActantPlugin).FullName}. Add one whose Configure says what it adds, or take the assembly out of Actant:Plugins.");
        }
        catch (Exception exception) when (exception is not PluginException)
        {
            throw new PluginException(file, $"{exception.Message} {Rebuild}", exception);
        }
    }

    private static IActantPlugin Create(string file, Type type)
    {
        if (type.ContainsGenericParameters)
        {
            throw new PluginException(file, $"{type.FullName} has type parameters, so it cannot be made. Let a class without any be the plug-in.");
        }

        try
        {
            return (IActantPlugin)Activator.CreateInstance(type)!;
        }
        catch (MissingMethodException exception)
        {
            throw new PluginException(file, $"{type.FullName} has no public constructor without parameters. Give it one; what it adds may ask the container for more.", exception);
        }
        catch (Exception exception)
        {
            throw new PluginException(file, $"{type.FullName} could not be made: {CauseOf(exception).Message} {AdviceOf(exception)}", exception);
        }
    }

    /// <summary>What the runtime says around it, that a constructor or an initialiser threw, helps nobody.</summary>
    private static Exception CauseOf(Exception exception) =>
        exception is TargetInvocationException or TypeInitializationException && exception.InnerException is { } inner ? CauseOf(inner) : exception;

    /// <summary>Only what does not fit together is mended by building it anew.</summary>
    private static string AdviceOf(Exception exception) =>
        CauseOf(exception) is TypeLoadException or MissingMemberException or BadImageFormatException or FileLoadException or FileNotFoundException or ReflectionTypeLoadException ? Rebuild : Mend;
}
