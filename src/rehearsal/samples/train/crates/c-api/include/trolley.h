#ifndef TROLLEY_H
#define TROLLEY_H

/** The version of this header. */
#define TROLLEY_VERSION "49.0.0-dev"
#define TROLLEY_VERSION_MAJOR 49
#define TROLLEY_VERSION_MINOR 0
#define TROLLEY_VERSION_PATCH 0

#endif
