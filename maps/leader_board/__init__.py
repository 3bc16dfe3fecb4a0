"""The leader's board (领导看板): what stands on it, its drawings, and the briefing on paper."""
