/**
 * A machine's memory state, rebuilt from the events of a trace alone.
 *
 * <p>{@link org.pagetrail.replay.state.StateBuilder} folds events, {@link org.pagetrail.replay.state.MachineState} is read.
 * Nothing here is shared with what recorded the trace but the vocabulary, so that the two can be compared.
 */
package org.pagetrail.replay.state;
