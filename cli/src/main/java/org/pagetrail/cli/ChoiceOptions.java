package org.pagetrail.cli;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.paging.PagingMode;
import org.pagetrail.traces.text.EventFilter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of commands that show the events of a choice. */
final class ChoiceOptions {
    @Option(names = "--from", paramLabel = "N", description = "Begin with the event of ordinal N.", defaultValue = "0")
    private long from;

    @Option(names = "--to", paramLabel = "N", description = "End with the event of ordinal N.")
    private Long to;

    @Option(
            names = "--event",
            paramLabel = "NAME",
            split = ",",
            description = "Only events of this name, as page-mapped; repeat it or separate names by commas.")
    private List<String> events = List.of();

    @Option(
            names = "--page",
            paramLabel = "ADDRESS",
            description = "Only events about the page of this linear address.")
    private String page;

    @Option(names = "--phase", paramLabel = "NAME", description = "Only events of this phase, as S5.")
    private String phase;

    @Option(names = "-n", paramLabel = "COUNT", description = "At most so many events.")
    private Long limit;

    @Option(names = "--bare", description = "Leave out ordinals and ticks, to compare what happened whenever it did.")
    private boolean bare;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Whether ordinals and ticks are left out. */
    boolean bare() {
        return bare;
    }

    /** What is chosen of a trace of this mode. */
    EventFilter.Choice choice(PagingMode mode) {
        Set<String> names = new LinkedHashSet<>(events);
        for (String name : names) {
            if (EventCatalog.get().byName(name) == null) {
                throw new ParameterException(
                        spec.commandLine(), "no event has the name '" + name + "'; docs/events.md lists them");
            }
        }
        long pageNumber = page == null ? EventFilter.ANY_PAGE : address(page) >>> mode.shift(1);
        if (from < 0 || to != null && to < from || limit != null && limit < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--from, --to and -n take numbers from 0, and --to none before --from");
        }
        return new EventFilter.Choice(
                from,
                to == null ? Long.MAX_VALUE : to,
                names,
                pageNumber,
                phase,
                limit == null ? Long.MAX_VALUE : limit);
    }

    private long address(String text) {
        try {
            return Long.decode(text);
        } catch (NumberFormatException e) {
            throw new ParameterException(spec.commandLine(), "'" + text + "' is no address; write it as 0xc0000000", e);
        }
    }

    /** Refuses a phase that a trace does not have, once it was read as far as it was asked for. */
    void refuseUnknownPhase(EventFilter filter) {
        boolean readToTheEnd = to == null && limit == null;
        if (readToTheEnd && !filter.phaseSeen()) {
            throw new ParameterException(
                    spec.commandLine(), "the trace has no phase '" + phase + "'; info lists those that it has");
        }
    }
}
