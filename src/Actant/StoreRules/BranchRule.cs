using Actant.Storage;

namespace Actant.StoreRules;

/// <summary>Forks, rewinds and erasures. <c>null</c>: it is stored.</summary>
/// <remarks>In PostgreSQL: <c>actant_check_fork</c>, <c>actant_rewind</c> and <c>actant_erase</c>.</remarks>
internal static class BranchRule
{
    /// <summary>Why a fork is not made.</summary>
    /// <param name="request">The fork.</param>
    /// <param name="source">The thread to copy from, if there is one.</param>
    /// <param name="target">The thread of the new one's name, if there is one.</param>
    /// <param name="standing">The id of the target's entry behind the position.</param>
    /// <param name="keyIsKnown">Whether an earlier call had the same key.</param>
    public static BranchOutcome? RefuseFork(ForkRequest request, ThreadRow? source, ThreadRow? target, Guid? standing, bool keyIsKnown)
    {
        if (standing == request.Entry.Id)
            return BranchOutcome.Replayed;
        if (keyIsKnown)
            return BranchOutcome.KeyKnown;
        if (source is null || source.Position < request.Position)
            return BranchOutcome.NotFound;
        return target is null ? null : BranchOutcome.TargetExists;
    }

    /// <summary>Why a rewind is not made.</summary>
    /// <param name="request">The rewind.</param>
    /// <param name="thread">The thread, if there is one.</param>
    /// <param name="standing">The id of its entry behind the expected position.</param>
    /// <param name="keyIsKnown">Whether an earlier call had the same key.</param>
    /// <param name="hasPending">Whether an execution of it has not started.</param>
    public static BranchOutcome? RefuseRewind(RewindRequest request, ThreadRow? thread, Guid? standing, bool keyIsKnown, bool hasPending)
    {
        if (thread is null)
            return BranchOutcome.NotFound;
        if (standing == request.Entry.Id)
            return BranchOutcome.Replayed;
        if (keyIsKnown)
            return BranchOutcome.KeyKnown;
        if (thread.IsLeased || thread.Place.IsOpen || hasPending)
            return BranchOutcome.Busy;
        return thread.Position == request.Expected ? null : BranchOutcome.PositionConflict;
    }

    /// <summary>Why nothing is erased.</summary>
    /// <param name="request">The erasure.</param>
    /// <param name="thread">The thread, if there is one.</param>
    /// <param name="standing">The id of its entry behind the expected position.</param>
    public static BranchOutcome? RefuseErase(EraseRequest request, ThreadRow? thread, Guid? standing)
    {
        if (thread is null)
            return BranchOutcome.NotFound;
        if (standing == request.Entry.Id)
            return BranchOutcome.Replayed;
        if (thread.IsLeased)
            return BranchOutcome.Busy;
        return thread.Position == request.Expected ? null : BranchOutcome.PositionConflict;
    }

    /// <summary>The id and the key of an execution that goes on must be new.</summary>
    /// <param name="known">The execution that has one of them, if there is one.</param>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static void RequireNew(ExecutionRow? known)
    {
        if (known is not null)
            throw new ArgumentException("The execution that goes on has an id or key that is known already.", nameof(known));
    }

    /// <summary>What is said from outside a lease ends all former ones.</summary>
    public static void Intervene(ThreadRow thread, int format, DateTimeOffset now)
    {
        thread.Epoch++;
        thread.Format = Math.Max(thread.Format, format);
        thread.UpdatedAt = now;
    }
}
