/*
 * Circular doubly linked lists. A struct list_head inside each element
 * links it; one more, alone, is the head of the list.
 *
 *   head <-> a.node <-> b.node <-> (head again)
 */
#ifndef LIST_H
#define LIST_H

#include <stddef.h>

struct list_head {
	struct list_head *next, *prev;
};

/* An empty list points to itself. */
static inline void
INIT_LIST_HEAD(struct list_head *head)
{
	head->next = head->prev = head;
}

static inline int
list_empty(const struct list_head *head)
{
	return head->next == head;
}

/* Puts node right after head. */
static inline void
list_add(struct list_head *node, struct list_head *head)
{
	node->next = head->next;
	node->prev = head;
	head->next->prev = node;
	head->next = node;
}

/* Takes node out of its list; node then is a list of its own. */
static inline void
list_del(struct list_head *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	INIT_LIST_HEAD(node);
}

/* The element of the given type whose member is *ptr. */
#define list_entry(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

/* Runs through a list; the body must not take pos out and go on. */
#define list_for_each_entry(pos, head, member)				\
	for (pos = list_entry((head)->next, __typeof__(*pos), member);	\
	     &pos->member != (head);					\
	     pos = list_entry(pos->member.next, __typeof__(*pos), member))

#endif
