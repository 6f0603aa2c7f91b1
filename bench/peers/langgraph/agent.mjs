// Model, calculator, model: a graph with a model of no latency.
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { z } from 'zod';
import { text } from '../loop.mjs';

class ScriptedModel extends BaseChatModel {
  _llmType() { return 'scripted'; }

  async _generate(messages) {
    const message = messages.at(-1).getType() === 'tool'
      ? new AIMessage({ content: text })
      : new AIMessage({ content: '', tool_calls: [{ id: 'call_1', name: 'calculator', args: { a: 19, b: 23 }, type: 'tool_call' }] });
    return { generations: [{ text: String(message.content), message }] };
  }
}

const calculator = tool(({ a, b }) => String(a + b), {
  name: 'calculator', description: 'Adds two numbers.', schema: z.object({ a: z.number(), b: z.number() }),
});
const model = new ScriptedModel({});

export const builder = new StateGraph(MessagesAnnotation)
  .addNode('model', async state => ({ messages: [await model.invoke(state.messages)] }))
  .addNode('tools', new ToolNode([calculator]))
  .addEdge(START, 'model')
  .addConditionalEdges('model', state => state.messages.at(-1).tool_calls?.length ? 'tools' : END, ['tools', END])
  .addEdge('tools', 'model');

/** What the API server serves. */
export const graph = builder.compile();
