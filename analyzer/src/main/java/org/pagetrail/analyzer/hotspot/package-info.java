/** Where a trace's model cycles went. */
package org.pagetrail.analyzer.hotspot;
