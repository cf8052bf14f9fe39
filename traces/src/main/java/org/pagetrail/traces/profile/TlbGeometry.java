package org.pagetrail.traces.profile;

public record TlbGeometry(int entries, int ways, Replacement replacement) {
    public int sets() {
        return entries / ways;
    }
}
