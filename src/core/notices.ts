/** What stages say to the user, each thing once. */
import type { StageEnv } from './stage.js';

/** @param hear is told of the first notice with a topic, and of every one without */
export function eachTopicOnce(hear: (message: string) => void): StageEnv['notice'] {
  const told = new Set<string>();
  return (message, topic) => {
    if (topic !== undefined && told.has(topic)) return;
    if (topic !== undefined) told.add(topic);
    hear(message);
  };
}
