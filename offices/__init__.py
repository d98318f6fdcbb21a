"""Who works where: offices, departments, queues, outside bodies, people and their postings."""
