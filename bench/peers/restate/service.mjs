// Restate: a handler of three journalled steps (model, calculator, model).
import { text } from '../loop.mjs';

// The SDK wants Node 22; this is the one thing of it that Node 20 lacks here.
Promise.withResolvers ??= function () {
  let resolve, reject;
  const promise = new this((a, b) => { resolve = a; reject = b; });
  return { promise, resolve, reject };
};
const restate = await import('@restatedev/restate-sdk');

const model = async messages => messages.length > 1
  ? { role: 'ai', content: text }
  : { role: 'ai', content: '', tool_calls: [{ id: 'call_1', name: 'calculator', args: { a: 19, b: 23 } }] };
const calculator = async ({ a, b }) => ({ role: 'tool', content: String(a + b) });

const agent = restate.service({
  name: 'agent',
  handlers: {
    run: async (context, input) => {
      const messages = [{ role: 'human', content: input.question }];
      const asked = await context.run('model', () => model(messages));
      messages.push(asked, await context.run('calculator', () => calculator(asked.tool_calls[0].args)));
      messages.push(await context.run('model', () => model(messages)));
      return messages;
    },
  },
});
restate.serve({ services: [agent], port: Number(process.env.PEER_PORT) });
