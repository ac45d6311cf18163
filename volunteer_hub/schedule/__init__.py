"""When things happen and who is there: meetings, their openings, and everybody's way onto them and off.

Here is what all of it rests on: tables, states and rules; the seats behind a yes (`seats`), inviting, answering and
moving; what people are told (`notices`, `calendar`, `reminders`). Around it, a package each:

- series, regular: meetings that repeat, and tasks that are somebody's at all of them
- waiting, wishes: places that come free, and who asks for one
- attendance, hours, today: who was there, what they gave, and the day itself
- boards, initiatives: the week and month at the desk; needs and initiatives with their meetings
- members, volunteers: who belongs to a group; what one volunteer has to do and has time for
- courses, contracts, pairs, hosts, teams: kinds of initiatives and partners with pages of their own
- risks: who stands on a roster and may no longer, whose papers end
"""
