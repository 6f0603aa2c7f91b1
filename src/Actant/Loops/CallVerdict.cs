using Actant.Journaling;
using Actant.Tools;

namespace Actant.Loops;

/// <summary>What follows for a demanded call.</summary>
/// <param name="Next">What is done.</param>
internal readonly record struct CallVerdict(CallVerdict.Move Next)
{
    /// <summary>What can be done about a call.</summary>
    internal enum Move
    {
        /// <summary>Nothing: a person is asked already.</summary>
        Wait,

        /// <summary>What it is made with passes its filters.</summary>
        Filter,

        /// <summary>It is made, or made again.</summary>
        Make,

        /// <summary>The agent that answers it begins, or goes on.</summary>
        Enter,

        /// <summary>A person is asked.</summary>
        Ask,

        /// <summary>It has its result.</summary>
        Finish,
    }

    /// <inheritdoc cref="Move.Wait" />
    public static CallVerdict Wait => new(Move.Wait);

    /// <inheritdoc cref="Move.Filter" />
    public static CallVerdict Filter => new(Move.Filter);

    /// <inheritdoc cref="Move.Make" />
    public static CallVerdict Make => new(Move.Make);

    /// <inheritdoc cref="Move.Enter" />
    public static CallVerdict Enter => new(Move.Enter);

    /// <summary>Ask: what.</summary>
    public Interrupt? Question { get; init; }

    /// <summary>Finish: with what.</summary>
    public ToolResult? Result { get; init; }

    /// <summary>Finish: the tool that was demanded, where nothing is on record of the call.</summary>
    public string? Tool { get; init; }

    /// <summary>Finish: whether a person decided it.</summary>
    public bool ByPerson { get; init; }

    /// <summary>Finish: how long the call took.</summary>
    public long DurationMs { get; init; }

    /// <summary>Ask, finish: about which attempt.</summary>
    public int Attempt { get; init; }

    /// <summary>A person is asked.</summary>
    public static CallVerdict Ask(Interrupt question, int attempt = 1) => new(Move.Ask) { Question = question, Attempt = attempt };

    /// <summary>It has its result.</summary>
    public static CallVerdict Finish(ToolResult result, bool byPerson) => new(Move.Finish) { Result = result, ByPerson = byPerson, Attempt = 1 };
}
