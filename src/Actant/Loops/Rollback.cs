namespace Actant.Loops;

/// <summary>Goes back to what is stored, and forgets everything that was decided since.</summary>
internal sealed class Rollback(
    LeasedThread thread, LoopCourse course, LoopJournal journal, PendingCommit pending, OpenScopes scopes, RunningSteps steps, SteeringSignals steering, Inbox inbox, Committer committer)
{
    /// <summary>Folds what is stored. <c>false</c> when the thread is gone.</summary>
    public async Task<bool> FoldAsync(bool fromSnapshot)
    {
        if (!await ForgetAsync())
        {
            return false;
        }

        await journal.FoldStoredAsync(fromSnapshot);

        // Nothing of it is done: it is only seen, so that an end is not refused because of it.
        await inbox.SeeAsync();
        return true;
    }

    /// <summary>Forgets what is not stored, and finds out where the journal ends. <c>false</c> when the thread is gone.</summary>
    public async Task<bool> ForgetAsync()
    {
        if (await thread.Services.Store.For(thread.Key.Tenant).GetThreadAsync(thread.Key.Thread, thread.LeaseLost) is not { } record)
        {
            course.IsReleased = true;
            return false;
        }

        pending.Forget();
        steering.Forget();
        committer.Forget();
        scopes.ClearWork();
        steps.ClearPlanned();
        journal.ReturnTo(record.Position);
        return true;
    }
}
