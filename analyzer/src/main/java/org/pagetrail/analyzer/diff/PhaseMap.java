package org.pagetrail.analyzer.diff;

import java.util.List;

/**
 * How the maps differ at the end of a phase that ends in both recordings.
 *
 * @param phase its name, with its number when it is not the first of that name
 * @param differences all that differs there, by address space and address
 */
public record PhaseMap(String phase, List<MapDifference> differences) {
    /** With a list that does not change. */
    public PhaseMap {
        differences = List.copyOf(differences);
    }
}
