namespace Actant.DomainActions;

/// <summary>
/// What happens to a queue in one step. Who takes from it is its owner until that is settled; whoever comes after one that died first puts back what that
/// one had, in front and in order. So what is of one thread is stored in the order in which it came, whichever nodes take it.
/// </summary>
internal static class QueueScripts
{
    // What was given up stands in a list as it came, so that it can be moved back; why, by its hash beside it.
    private const string Bury = """
        local list, processing, owner, dead, reasons, bytes, suspects, tries, tenants = unpack(KEYS, 1, 9)
        local function bury(message, reason, mostBytes)
          if redis.call('LLEN', dead) == 0 then redis.call('DEL', reasons, bytes) end
          redis.call('RPUSH', dead, message)
          redis.call('HSET', reasons, redis.sha1hex(message), reason)
          local held = redis.call('INCRBY', bytes, #message)
          while held > mostBytes do
            local old = redis.call('LPOP', dead)
            if not old then
              redis.call('DEL', reasons, bytes)
              return
            end
            redis.call('HDEL', reasons, redis.sha1hex(old))
            held = redis.call('DECRBY', bytes, #old)
          end
        end

        """;

    /// <summary>
    /// Takes messages: token, lease in ms, how many, the most bytes of one, the most bytes of all, the most bytes of dead ones, the reason for one that is too
    /// large, after how many tries one is given up, the reason for that, the tenant whose own queue it is. Answers whether it could be had, how many were taken
    /// over, how many were too large, how many were tried too often, whose are held back, and the messages.
    /// </summary>
    public const string Take = Bury + """
        local token, lease, count, most, budget, deadBytes = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
        if redis.call('EXISTS', owner) == 1 then return {0} end
        local over = redis.call('LLEN', processing)
        if over == 0 and redis.call('LLEN', list) == 0 then
          if ARGV[10] ~= '' then redis.call('SREM', tenants, ARGV[10]) end
          return {1, 0, 0, 0, redis.call('SMEMBERS', tenants), {}}
        end
        redis.call('SET', owner, token, 'PX', lease)
        local worn = 0
        if over == 1 then
          -- Nothing else could be the cause, where nothing else was there.
          local message = redis.call('LINDEX', processing, 0)
          if redis.call('HINCRBY', tries, redis.sha1hex(message), 1) >= tonumber(ARGV[8]) then
            redis.call('LPOP', processing)
            redis.call('DEL', tries)
            bury(message, ARGV[9], deadBytes)
            worn = 1
          end
        end
        while redis.call('LMOVE', processing, list, 'RIGHT', 'LEFT') do end
        if over > 0 then redis.call('SET', suspects, over) end
        local alone = tonumber(redis.call('GET', suspects) or '0')
        if alone > 0 then
          count = 1
          if alone == 1 then redis.call('DEL', suspects) else redis.call('DECR', suspects) end
        end
        local taken, held, large = {}, 0, 0
        while #taken < count and large < 8 do
          local message = redis.call('LINDEX', list, 0)
          if not message then break end
          if #message > most then
            redis.call('LPOP', list)
            bury(message, ARGV[7], deadBytes)
            large = large + 1
          else
            if #taken > 0 and held + #message > budget then break end
            redis.call('LMOVE', list, processing, 'LEFT', 'RIGHT')
            held = held + #message
            taken[#taken + 1] = message
          end
        end
        if #taken == 0 then redis.call('DEL', owner) end
        return {1, over, large, worn, redis.call('SMEMBERS', tenants), taken}
        """;

    /// <summary>
    /// Settles what was taken: token, the most bytes of dead ones, the tenant whose own queue it is, and a letter for each message (d: done with, b: back, x: given
    /// up, with its reason following; p: held back, with the number of the tenant's list and the tenant following). Answers 0 where another one has taken it over.
    /// </summary>
    public const string Finish = Bury + """
        if redis.call('GET', owner) ~= ARGV[1] then return 0 end
        local deadBytes, verdicts, next, back = tonumber(ARGV[2]), ARGV[4], 5, {}
        for i = 1, #verdicts do
          local message = redis.call('LPOP', processing)
          if not message then break end
          local verdict = verdicts:sub(i, i)
          if verdict == 'b' then
            back[#back + 1] = message
          elseif verdict == 'x' then
            bury(message, ARGV[next], deadBytes)
            next = next + 1
          elseif verdict == 'p' then
            redis.call('RPUSH', KEYS[9 + tonumber(ARGV[next])], message)
            redis.call('SADD', tenants, ARGV[next + 1])
            next = next + 2
          end
        end
        for i = #back, 1, -1 do redis.call('LPUSH', list, back[i]) end
        redis.call('DEL', owner, tries)
        if ARGV[3] ~= '' and redis.call('LLEN', list) == 0 then redis.call('SREM', tenants, ARGV[3]) end
        return 1
        """;

    /// <summary>Keeps what was taken: the owner's key, its token, the lease in ms.</summary>
    public const string Renew = """
        if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
        return 0
        """;

    /// <summary>
    /// Answers: the queue, the answer, its lifetime in ms, how many may wait. A queue that was there before and stays for good keeps staying.
    /// Answers how many wait now, or -1 where there was no room.
    /// </summary>
    public const string Reply = """
        local waiting = redis.call('LLEN', KEYS[1])
        if waiting >= tonumber(ARGV[3]) then return -1 end
        redis.call('RPUSH', KEYS[1], ARGV[1])
        if waiting == 0 or redis.call('PTTL', KEYS[1]) > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
        return waiting + 1
        """;
}
