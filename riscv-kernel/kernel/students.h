/* Who wrote this: the ids of the team's members, with a space between. */
#define STUDENTS "0000000001 0000000002"
