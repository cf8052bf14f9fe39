/** The kernel's own memory beyond its image: the heap and the stacks. */
package org.pagetrail.recorder.kernel.heap;
